import type { Engine } from "@ligase/engine";
import { resultShape } from "@ligase/engine/reader";
import { findTask } from "@ligase/sdk/internal";
import { EngineDesk } from "../desk/store-desk.ts";
import { followRun, type FollowedRun } from "./follow-run.ts";

type Here = Omit<FollowedRun, "desk" | "type" | "server"> & { readonly engine: Engine };

/** Follows a run that an engine of this process advances. */
export const followHere = ({ engine, ...followed }: Here): Promise<number> => {
  const type = () => {
    const definition = findTask(followed.name);
    return definition && resultShape(definition, findTask);
  };
  return followRun({ ...followed, desk: new EngineDesk(engine, followed.world), type });
};
