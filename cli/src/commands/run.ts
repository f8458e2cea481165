import type { TaskDefinition } from "@ligase/sdk/internal";
import { defineCommand, type Given } from "../command.ts";
import { engineOptions, readTags } from "../engine-options.ts";
import { EXIT } from "../exit-code.ts";
import { FOLLOW_OPTIONS } from "../follow/follow-options.ts";
import { followRun } from "../follow/follow-run.ts";
import { bindInputs } from "../inputs/bind-inputs.ts";
import { findDefinition } from "../inputs/find-definition.ts";
import { readInputDocument } from "../inputs/input-document.ts";
import { inputHelp } from "../inputs/input-help.ts";
import { readFlags } from "../inputs/read-flags.ts";
import { COMMON_OPTIONS, type OptionTable } from "../options.ts";
import { textTable } from "../output/text-table.ts";
import type { World } from "../world.ts";

const OPTIONS = {
  input: {
    kind: "text",
    value: "FILE.json",
    about: "inputs from a JSON file, or - for standard input; flags win over it",
  },
  check: {
    kind: "choice",
    values: ["proof", "full", "none"],
    about: "how far earlier results are believed: a finished subtree (default), each call, not at all",
  },
  "keep-going": { kind: "flag", about: "after a failure finish what can be finished" },
  "dry-run": { kind: "flag", about: "run nothing; say which jobs would run and why" },
  tag: { kind: "list", value: "NAME=VALUE", about: "a tag on the run; may be given several times" },
  ...FOLLOW_OPTIONS,
} as const satisfies OptionTable;

type RunGiven = Given<typeof OPTIONS>;

/** `ligase run FILE NAME --inputs…` */
export const run = defineCommand({
  name: "run",
  about: [
    "Runs a workflow, or a single task, of a TypeScript file. Its inputs are flags that come from its types:",
    "`ligase run FILE NAME --help` shows them. Flags of `run` itself that share their name with an input go before FILE.",
  ].join("\n"),
  positionals: [
    { name: "FILE", about: "the file that defines it" },
    { name: "NAME", about: "the workflow or task", optional: true },
  ],
  options: OPTIONS,
  examples: [
    "ligase run align.ts align-all --samples samples.csv --reference genome.fasta",
    "ligase run align.ts trim --sample.id S1 --dry-run",
  ],
  leaveRest: true,
  helpAfter: 1,
  run: runCommand,
});

async function runCommand(given: RunGiven, world: World): Promise<number> {
  const [file = "", name] = given.positionals;
  if (given.options.help || given.rest.some((token) => token === "--help" || token === "-h"))
    return await showHelp(file, name, world);
  const keyboard = await world.openKeyboard();
  const engine = await world.openEngine(engineOptions(given.options));
  try {
    const definition = findDefinition(await engine.load(file), file, name);
    const values: Record<string, unknown> = { ...given.options };
    const flags = readFlags(given.rest, {
      command: "run",
      input: definition.input,
      options: { ...OPTIONS, ...COMMON_OPTIONS },
      values,
    });
    const options = values as RunGiven["options"];
    const document = options.input === undefined ? {} : await readInputDocument(options.input, world);
    const args = bindInputs(definition, { flags, document, cwd: world.cwd });
    const handle = await engine.launch({ file, name: definition.name, args, ...launchOptions(options) });
    return await followRun({
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
      : inputHelp({ definition: findDefinition(definitions, file, name), file, options: OPTIONS, palette });
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
