import type { Told } from "@ligase/server";
import { engineOptions } from "../engine-options.ts";
import { EXIT } from "../exit-code.ts";
import type { MachineOptions } from "../follow/follow-options.ts";
import type { CommonOptions } from "../options.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { toldDocument, toldLine } from "./told-text.ts";

type ServeOptions = MachineOptions & {
  readonly port: string | undefined;
  readonly host: string | undefined;
};

/** Serves files until somebody asks for the end. */
export async function serveFiles(
  files: readonly string[],
  options: ServeOptions,
  world: World,
): Promise<number> {
  const port = portOf(options.port);
  const tell = (told: Told): void => {
    const { err } = world;
    err.write(options.json ? `${JSON.stringify(toldDocument(told, world.now()))}\n` : toldLine(told, world));
  };
  const asked = untilInterrupted(world);
  const engine = await world.openEngine({ ...engineOptions(options), serves: true });
  try {
    const { host } = options;
    const listen = { ...(port === null ? {} : { port }), ...(host === undefined ? {} : { host }) };
    const serving = await world.serve({ engine, files, user: world.user(), tell, ...listen });
    tellBeginning(serving, options, world);
    await asked;
    await serving.stop();
  } finally {
    await engine.close();
  }
  return EXIT.ok;
}

const untilInterrupted = (world: World): Promise<void> =>
  new Promise((resolve) => {
    const stop = world.onInterrupt(() => {
      // A second one ends the process as if nobody had listened.
      stop();
      resolve();
    });
  });

/** The token is on the terminal alone: in no list of processes, and in no file. */
function tellBeginning(
  { url, token }: { readonly url: string; readonly token: string },
  { json }: CommonOptions,
  { out }: World,
): void {
  if (json) return out.write(`${JSON.stringify({ kind: "serving", url, token })}\n`);
  const { bold, dim } = out.palette;
  const lines = [
    `${bold("Ligase")} at ${bold(url)}`,
    `  token  ${token}`,
    dim(`  It speaks for you until this process ends: LIGASE_TOKEN=… ligase inbox --server ${url}`),
  ];
  out.write(`${lines.join("\n")}\n`);
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Problem("flag-value-invalid", {
    flag: "--port",
    found: text,
    expected: "a number from 0 to 65535",
  });
}
