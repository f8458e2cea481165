import { availableParallelism, totalmem } from "node:os";
import { statfsSync } from "node:fs";
import type { EngineOptions } from "../ports/engine.ts";
import type { Machine } from "../scheduler/admission.ts";

/** What jobs on this machine may use together: all there is, unless told otherwise. */
export function machineOf(options: EngineOptions["machine"], root: string): Machine {
  const disk = statfsSync(root);
  return {
    cpu: options?.cpu ?? availableParallelism(),
    // A container's limit counts, where there is one.
    memoryBytes: options?.memoryBytes ?? Math.min(process.constrainedMemory() || Infinity, totalmem()),
    diskBytes: options?.diskBytes ?? disk.bavail * disk.bsize,
    gpu: 0,
  };
}
