import { isLigaseError } from "@ligase/sdk/values";
import type { Given } from "../command.ts";
import { openServerDesk } from "../desk/open-desk.ts";
import type { DeskRun } from "../desk/run-desk.ts";
import type { ServerDesk } from "../desk/server-desk.ts";
import type { World } from "../world.ts";
import { followAtServer, refuseFlagsOfHere } from "./follow-at-server.ts";
import type { RESUME_OPTIONS } from "./follow-options.ts";
import { tellNewRun } from "./resume-run.ts";

type Resumed = Pick<Given<typeof RESUME_OPTIONS>, "options" | "positionals"> & { readonly url: string };

/** Has a server go on with a run, and follows it; one that goes on by itself is only followed. */
export async function resumeAtServer(
  { options, positionals: [id = ""], url }: Resumed,
  world: World,
): Promise<number> {
  refuseFlagsOfHere(options);
  const desk = await openServerDesk(url, options, world);
  const before = await desk.run(id);
  const { result } = await desk.workflow(before.name);
  const known = (await desk.jobCounts(before.id)).reduce((sum, { count }) => sum + count, 0);
  const keyboard = await world.openKeyboard();
  const resumed = await goOn(desk, before.id);
  const run = resumed ?? before;
  if (run.id !== before.id) tellNewRun(options, world);
  const after = resumed === null ? null : run.id === before.id ? known : 0;
  return await followAtServer({ desk, run, after, type: result, options, world, keyboard });
}

/** Null when somebody advances the run already. */
async function goOn(desk: ServerDesk, run: string): Promise<DeskRun | null> {
  try {
    return await desk.resume(run);
  } catch (error) {
    if (isLigaseError(error, "run-busy")) return null;
    throw error;
  }
}
