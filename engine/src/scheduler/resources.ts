import { parseDuration, parseSize, type PlacementOptions, type Resources } from "@ligase/sdk/internal";
import type { Job } from "./job.ts";

/** What an attempt of a job gets, growing with each retry after a `resource` failure. */
export interface Grant {
  readonly resources: Resources;
  readonly timeoutMs: number | null;
}

const GROWTH = 2;

export function grantFor(job: Job): Grant {
  const { placement } = job;
  const asked = placement.resources ?? {};
  const grown = growthOf(placement, job.failures.filter((failure) => failure.kind === "resource"));
  return {
    resources: {
      cpu: asked.cpu ?? 1,
      memoryBytes: asked.memory === undefined ? 0 : Math.round(parseSize(asked.memory) * grown.memory),
      gpu: asked.gpu ?? 0,
      diskBytes: asked.disk === undefined ? 0 : parseSize(asked.disk),
    },
    timeoutMs: placement.timeout === undefined ? null : Math.round(parseDuration(placement.timeout) * grown.time),
  };
}

/** A time-out is answered with more time, everything else with more memory. */
function growthOf({ growth = GROWTH }: PlacementOptions, failures: Job["failures"]): { memory: number; time: number } {
  const timeouts = failures.filter((failure) => failure.code?.endsWith("timed-out") === true).length;
  return { memory: growth ** (failures.length - timeouts), time: growth ** timeouts };
}
