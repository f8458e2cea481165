import type { TaskDefinition } from "@ligase/sdk/internal";
import type { Given } from "../command.ts";
import { engineOptions, readTags } from "../engine-options.ts";
import { EXIT } from "../exit-code.ts";
import { followHere } from "../follow/follow-here.ts";
import { bindInputs } from "../inputs/bind-inputs.ts";
import { findDefinition } from "../inputs/find-definition.ts";
import { readInputDocument } from "../inputs/input-document.ts";
import { inputHelp } from "../inputs/input-help.ts";
import { readFlags } from "../inputs/read-flags.ts";
import { COMMON_OPTIONS } from "../options.ts";
import { textTable } from "../output/text-table.ts";
import type { World } from "../world.ts";
import { fileUnexpected, isForServer, runAtServer } from "./run-at-server.ts";
import { RUN_OPTIONS } from "./run-options.ts";

type RunGiven = Given<typeof RUN_OPTIONS>;

/** Runs what a file defines, or shows its help. Nothing is opened before the inputs are known to be right. */
export async function runFile(given: RunGiven, world: World): Promise<number> {
  if (isForServer(given)) return await runAtServer(given, world);
  const [file = "", name] = given.positionals;
  if (given.options.help || given.rest.some((token) => token === "--help" || token === "-h"))
    return await showHelp(file, name, world);
  const definition = findDefinition(await world.loadDefinitions(file), file, name);
  const values: Record<string, unknown> = { ...given.options };
  const flags = readFlags(given.rest, {
    command: "run",
    input: definition.input,
    options: { ...RUN_OPTIONS, ...COMMON_OPTIONS },
    values,
  });
  const options = values as RunGiven["options"];
  if (options.server !== undefined) throw fileUnexpected(file);
  const document = options.input === undefined ? {} : await readInputDocument(options.input, world);
  const args = bindInputs(definition, { flags, document, cwd: world.cwd });
  const launch = { file, name: definition.name, args, ...launchOptions(options) };
  const machine = engineOptions(options);
  const keyboard = await world.openKeyboard();
  const engine = await world.openEngine(machine);
  try {
    const handle = await engine.launch(launch);
    return await followHere({
      engine,
      run: handle,
      name: definition.name,
      options,
      dryRun: options["dry-run"],
      world,
      keyboard,
    });
  } finally {
    await engine.close();
  }
}

function launchOptions(options: RunGiven["options"]) {
  return {
    ...(options.check === undefined ? {} : { check: options.check }),
    onFailure: options["keep-going"] ? ("finish" as const) : ("stop" as const),
    dryRun: options["dry-run"],
    tags: readTags(options.tag),
  };
}

async function showHelp(file: string, name: string | undefined, world: World): Promise<number> {
  const definitions = await world.loadDefinitions(file);
  const { palette } = world.out;
  const text =
    name === undefined
      ? listHelp(file, definitions, world)
      : inputHelp({
          definition: findDefinition(definitions, file, name),
          file,
          options: RUN_OPTIONS,
          palette,
        });
  world.out.write(text);
  return EXIT.ok;
}

/** What a file has to run. */
function listHelp(file: string, definitions: readonly TaskDefinition[], { out }: World): string {
  const { bold, dim } = out.palette;
  const rows = (["workflow", "task", "script"] as const).flatMap((kind) =>
    definitions
      .filter((definition) => definition.kind === kind)
      .map(({ name, options }) => [`  ${bold(name)}`, dim(kind), options.description ?? ""]),
  );
  const listed =
    rows.length === 0 ? ["  nothing to run"] : textTable([{ title: "" }, { title: "" }, { title: "" }], rows);
  return `${[`${bold("Usage")}  ligase run ${file} NAME [FLAGS]`, "", ...listed].join("\n")}\n`;
}
