import type { TakenOver } from "@ligase/engine";
import { engineOptions } from "../engine-options.ts";
import { EXIT } from "../exit-code.ts";
import { shortId } from "../output/run-names.ts";
import { printable } from "../output/visible-text.ts";
import type { Output, World } from "../world.ts";
import type { FollowOptions } from "./follow-options.ts";
import { followHere } from "./follow-here.ts";

/** What counts most of the ends of several runs comes first. */
const BY_WEIGHT: readonly number[] = [EXIT.interrupted, EXIT.failed, EXIT.waiting];

/** Goes on with all runs that nobody advances, follows them, and tells which could not be taken over and why. */
export async function takeOverRuns(options: FollowOptions, world: World): Promise<number> {
  const keyboard = await world.openKeyboard();
  const engine = await world.openEngine(engineOptions(options));
  try {
    const { handles, left } = await engine.takeOver();
    tell({ handles, left }, options, world);
    const isOnlyOne = handles.length === 1;
    const codes = await Promise.all(
      handles.map((run) => {
        const { name } = engine.inspect.run(run.id);
        const shown = isOnlyOne
          ? { world, keyboard }
          : { world: besideOthers(world, options.json ? "" : `${shortId(run.id)}  `), keyboard: null };
        return followHere({ engine, run, name, options, dryRun: false, ...shown });
      }),
    );
    const all = new Set([...codes, left.length === 0 ? EXIT.ok : EXIT.failed]);
    return BY_WEIGHT.find((code) => all.has(code)) ?? EXIT.ok;
  } finally {
    await engine.close();
  }
}

function tell({ handles, left }: TakenOver, { json }: FollowOptions, world: World): void {
  if (json) return world.out.write(`${JSON.stringify(documentOf({ handles, left }, world))}\n`);
  const { red, bold, dim } = world.out.palette;
  const none = left.length + handles.length === 0 ? [dim("No run was left by its engine.")] : [];
  const lines = left.flatMap(({ run, error }) => [
    `${red("✗")} ${bold(shortId(run))} stays as it is: ${printable(error.message)}`,
    `  ${printable(error.remedy)}`,
  ]);
  for (const line of [...none, ...lines]) world.out.write(`${line}\n`);
}

const documentOf = ({ handles, left }: TakenOver, world: World): object => ({
  kind: "taken-over",
  time: world.now(),
  runs: handles.map(({ id }) => id),
  left: left.map(({ run, error: { code, message, remedy } }) => ({ run, code, message, remedy })),
});

/** Several runs share one output: lines instead of tables, each with its run. */
function besideOthers(world: World, prefix: string): World {
  const { out } = world;
  const write: Output["write"] = (text) => out.write(text.replaceAll(/^(?=.)/gm, prefix));
  return { ...world, out: { ...out, isTerminal: false, write } };
}
