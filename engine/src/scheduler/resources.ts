import { LigaseError } from "@ligase/sdk";
import {
  evaluatePure,
  isDynamic,
  parseDuration,
  parseSize,
  type DynamicResources,
  type PlacementOptions,
  type PreviousAttempt,
  type ResourceOptions,
  type Resources,
  type Template,
} from "@ligase/sdk/internal";
import type { Job } from "./job.ts";

/** What an attempt of a job gets, growing with each retry after a `resource` failure. */
export interface Grant {
  readonly resources: Resources;
  readonly timeoutMs: number | null;
}

const GROWTH = 2;

/** Throws `resources-not-valid`, `operator-not-applicable` when they are computed from what does not fit. */
export function grantFor(job: Job): Grant {
  // The calls of a task share its options: what a first attempt gets is computed once for all of them.
  if (job.failures.length > 0 || isDynamic(job.placement.resources ?? {})) return grantOf(job);
  let grant = firstGrants.get(job.placement);
  if (grant === undefined) firstGrants.set(job.placement, (grant = grantOf(job)));
  return grant;
}

const firstGrants = new WeakMap<PlacementOptions, Grant>();

function grantOf(job: Job): Grant {
  const { resources = {}, timeout } = job.placement;
  const growth = growthOf(job.placement, job.failures);
  return {
    resources: isDynamic(resources) ? computed(job, resources) : grown(fixed(resources), growth.memory),
    timeoutMs: timeout === undefined ? null : Math.round(parseDuration(timeout) * growth.time),
  };
}

/** A time-out is answered with more time, everything else with more memory. */
function growthOf(
  { growth = GROWTH }: PlacementOptions,
  all: Job["failures"],
): { memory: number; time: number } {
  const failures = all.filter((failure) => failure.kind === "resource");
  const timeouts = failures.filter((failure) => failure.code?.endsWith("timed-out") === true).length;
  return { memory: growth ** (failures.length - timeouts), time: growth ** timeouts };
}

const grown = (asked: Resources, factor: number): Resources => ({
  ...asked,
  memoryBytes: Math.round(asked.memoryBytes * factor),
});

const fixed = ({ cpu = 1, memory, gpu = 0, disk }: ResourceOptions): Resources => ({
  cpu,
  memoryBytes: memory === undefined ? 0 : parseSize(memory),
  gpu,
  diskBytes: disk === undefined ? 0 : parseSize(disk),
});

/** Each attempt is computed from the one before it, from the first on (C16). */
function computed(job: Job, resources: DynamicResources): Resources {
  let previous: PreviousAttempt = { attempt: 0, cpu: 0, memoryBytes: 0, failure: null };
  for (let done = 0; ; done++) {
    const before = job.failures.slice(0, done);
    const factor = growthOf(job.placement, before).memory;
    const granted = resources.templates
      .map((template) => grown(evaluate({ job, template, previous }), looksBack(template) ? 1 : factor))
      .reduce(largest, grown(fixed(resources), factor));
    const failure = job.failures[done];
    if (failure === undefined) return granted;
    previous = {
      attempt: done + 1,
      cpu: granted.cpu,
      memoryBytes: granted.memoryBytes,
      failure: failure.kind,
    };
  }
}

/** Whether a function of resources decides about growth itself. */
const looksBack = (template: Template): boolean =>
  template.nodes.some((node) => node.op === "param" && node.index === 1);

function evaluate(from: { job: Job; template: Template; previous: PreviousAttempt }): Resources {
  const { job, template, previous } = from;
  const given = evaluatePure(template, [job.resourceArgs, previous]) as Readonly<Record<string, unknown>>;
  const amount = (name: "cpu" | "gpu", otherwise: number): number => {
    const value = given[name] ?? otherwise;
    if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
    throw notValid(job, name, value);
  };
  const bytes = (name: "memory" | "disk"): number => {
    const value = given[name] ?? 0;
    if (typeof value === "string") return parseSize(value);
    if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return Math.ceil(value);
    throw notValid(job, name, value);
  };
  return {
    cpu: amount("cpu", 1),
    memoryBytes: bytes("memory"),
    gpu: amount("gpu", 0),
    diskBytes: bytes("disk"),
  };
}

const notValid = (job: Job, resource: string, value: unknown): LigaseError =>
  new LigaseError("resources-not-valid", {
    task: job.entry.definition.name,
    resource,
    found: JSON.stringify(value) ?? String(value),
  });

const largest = (a: Resources, b: Resources): Resources => ({
  cpu: Math.max(a.cpu, b.cpu),
  memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
  gpu: Math.max(a.gpu, b.gpu),
  diskBytes: Math.max(a.diskBytes, b.diskBytes),
});
