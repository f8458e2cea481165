import type { Given } from "../command.ts";
import { openServerDesk } from "../desk/open-desk.ts";
import { readTags } from "../engine-options.ts";
import { EXIT } from "../exit-code.ts";
import { followAtServer, refuseFlagsOfHere } from "../follow/follow-at-server.ts";
import { bindInputs } from "../inputs/bind-inputs.ts";
import { inputHelp } from "../inputs/input-help.ts";
import { readInputDocument } from "../inputs/input-document.ts";
import { readFlags } from "../inputs/read-flags.ts";
import { COMMON_OPTIONS } from "../options.ts";
import { atServer } from "../output/run-names.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { RUN_OPTIONS } from "./run-options.ts";

type RunGiven = Given<typeof RUN_OPTIONS>;

/** Whether a command line of `run` names a server; its flags may stand behind the name, among the inputs. */
export const isForServer = ({ options, positionals, rest }: RunGiven): boolean =>
  options.server !== undefined || (positionals.length === 1 && valueIn(rest, "server") !== undefined);

/** Launches what a server has and follows it, or shows its help. Nothing is launched before the inputs are known to be right. */
export async function runAtServer(given: RunGiven, world: World): Promise<number> {
  const [name = "", unexpected] = given.positionals;
  if (unexpected !== undefined) throw fileUnexpected(unexpected);
  const flagged = (flag: "server" | "token-file") => given.options[flag] ?? valueIn(given.rest, flag);
  const [url = "", tokenFile] = [flagged("server"), flagged("token-file")];
  const desk = await openServerDesk(url, { ...given.options, "token-file": tokenFile }, world);
  const served = await desk.workflow(name);
  if (given.options.help || given.rest.some((token) => token === "--help" || token === "-h")) {
    const file = atServer(url).trim();
    world.out.write(
      inputHelp({ definition: served, file, options: RUN_OPTIONS, palette: world.out.palette }),
    );
    return EXIT.ok;
  }
  const values: Record<string, unknown> = { ...given.options };
  const flags = readFlags(given.rest, {
    command: "run",
    input: served.input,
    options: { ...RUN_OPTIONS, ...COMMON_OPTIONS },
    values,
  });
  const options = values as RunGiven["options"];
  refuseFlagsOfHere(options);
  const document = options.input === undefined ? {} : await readInputDocument(options.input, world);
  const args = bindInputs(served, { flags, document, cwd: world.cwd, isAtServer: true });
  const keyboard = await world.openKeyboard();
  const run = await desk.launch({
    workflow: name,
    args,
    tags: readTags(options.tag),
    onFailure: options["keep-going"] ? "finish" : "stop",
    ...(options.check === undefined ? {} : { check: options.check }),
  });
  return await followAtServer({ desk, run, after: 0, type: served.result, options, world, keyboard });
}

/** A server has its own files: the name of the workflow stands alone. */
export const fileUnexpected = (found: string): Problem =>
  new Problem("argument-unexpected", {
    command: "run --server",
    found,
    usage: "ligase run --server URL NAME",
  });

/** The value of a flag among the words that are left; which of them are inputs is not known yet. */
function valueIn(rest: readonly string[], name: string): string | undefined {
  const at = rest.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  return rest[at]?.split("=", 2)[1] ?? (at < 0 ? undefined : rest[at + 1]);
}
