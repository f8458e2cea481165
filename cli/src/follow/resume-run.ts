import type { Given } from "../command.ts";
import { engineOptions } from "../engine-options.ts";
import type { World } from "../world.ts";
import type { FOLLOW_OPTIONS } from "./follow-options.ts";
import { followHere } from "./follow-here.ts";

/** Goes on with a run and follows it. */
export async function resumeRun(
  { options, positionals: [id = ""] }: Given<typeof FOLLOW_OPTIONS>,
  world: World,
): Promise<number> {
  const keyboard = await world.openKeyboard();
  const engine = await world.openEngine(engineOptions(options));
  try {
    const { name, id: old } = engine.inspect.run(id);
    const run = await engine.resume(id);
    if (run.id !== old) tellNewRun(options, world);
    return await followHere({ engine, run, name, options, dryRun: false, world, keyboard });
  } finally {
    await engine.close();
  }
}

/** The run that goes on is not the one that was asked for. */
export function tellNewRun({ json }: { readonly json: boolean }, { err }: World): void {
  if (!json)
    err.write(
      "The code changed meanwhile: this is a new run. It keeps what has not changed, and decisions on what it shows again.\n",
    );
}
