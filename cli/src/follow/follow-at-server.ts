import type { TypeIr } from "@ligase/sdk/internal";
import type { DeskRun } from "../desk/run-desk.ts";
import type { ServerDesk } from "../desk/server-desk.ts";
import { Problem } from "../problem.ts";
import type { Keyboard, World } from "../world.ts";
import type { FollowOptions } from "./follow-options.ts";
import { followRun } from "./follow-run.ts";
import { ServerRun } from "./server-run.ts";

interface AtServer {
  readonly desk: ServerDesk;
  readonly run: DeskRun;
  /** Jobs with greater numbers are told of from their beginning; null for what happens from now on. */
  readonly after: number | null;
  /** Type of the result. */
  readonly type: TypeIr;
  readonly options: FollowOptions;
  readonly world: World;
  readonly keyboard: Keyboard | null;
}

/** Follows a run that a server advances. */
export const followAtServer = ({ desk, run, after, type, ...shown }: AtServer): Promise<number> =>
  followRun({
    ...shown,
    run: new ServerRun({ desk, run, after, type }),
    desk,
    name: run.name,
    type: () => type,
    server: desk.url,
    dryRun: false,
  });

/** Flags that say what only this machine can do. Throws the problem `flag-not-at-server`. */
export function refuseFlagsOfHere(options: FollowOptions & { readonly "dry-run"?: boolean }): void {
  const { cpu, memory, limit, root, store } = options;
  const given = {
    cpu,
    memory,
    root,
    store,
    limit: limit[0],
    "dry-run": options["dry-run"] === true || undefined,
  };
  const [flag] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (flag !== undefined) throw new Problem("flag-not-at-server", { flag: `--${flag}` });
}
