import {
  hashTemplate,
  isDynamic,
  parseDuration,
  parseSize,
  type DynamicResources,
  type PlacementOptions,
  type ResourceOptions,
  type RetryOptions,
  type TaskDefinition,
} from "@ligase/sdk/internal";

/**
 * What a call asks for: what its task declares, and what it asks for itself. Of a function that gives a script that is
 * what the script runs with, for the function only builds its text.
 */
export function placementFor(
  definition: TaskDefinition,
  asked: PlacementOptions | undefined,
): PlacementOptions {
  const declared = scriptOptionsOf(definition) ?? definition.options;
  return asked === undefined ? declared : { ...declared, ...asked };
}

/** Placement of the script that a function gives; null of every other task. */
export const scriptOptionsOf = (definition: TaskDefinition): PlacementOptions | null =>
  (definition.kind === "task" ? definition.scriptOptions : undefined) ?? null;

/**
 * C7: what a shared job gets when an equal call asks for more: the maximum of resources, time-out and priority, the
 * union of limits. No time-out is the longest. Returns the first placement itself when it is strong enough.
 */
export function stronger(a: PlacementOptions, b: PlacementOptions): PlacementOptions {
  const merged: PlacementOptions = {
    ...a,
    ...defined("resources", strongerResources(a.resources, b.resources)),
    ...defined("timeout", longer(a.timeout, b.timeout)),
    ...defined("priority", Math.max(a.priority ?? 0, b.priority ?? 0) || undefined),
    ...defined("limits", allLimits(a.limits, b.limits)),
    ...defined("retries", moreRetries(a.retries, b.retries)),
  };
  const { timeout: _timeout, ...endless } = merged;
  const result = a.timeout === undefined || b.timeout === undefined ? endless : merged;
  return JSON.stringify(result) === JSON.stringify(a) ? a : result;
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function strongerResources(
  a: ResourceOptions | undefined,
  b: ResourceOptions | undefined,
): ResourceOptions | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    ...a,
    ...defined("cpu", larger(a.cpu, b.cpu)),
    ...defined("gpu", larger(a.gpu, b.gpu)),
    ...defined("memory", largerSize(a.memory, b.memory)),
    ...defined("disk", largerSize(a.disk, b.disk)),
    ...bothTemplates(a, b),
  };
}

/** Amounts that are computed: the largest of all is granted. */
function bothTemplates(a: ResourceOptions, b: ResourceOptions): Partial<DynamicResources> {
  const templates = [a, b].flatMap((asked) => (isDynamic(asked) ? asked.templates : []));
  if (templates.length === 0) return {};
  return {
    templates: [...new Map(templates.map((template) => [hashTemplate(template), template])).values()],
  };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function largerSize(a: ResourceOptions["memory"], b: ResourceOptions["memory"]): ResourceOptions["memory"] {
  if (a === undefined || b === undefined) return a ?? b;
  return parseSize(a) >= parseSize(b) ? a : b;
}

function longer(a: PlacementOptions["timeout"], b: PlacementOptions["timeout"]): PlacementOptions["timeout"] {
  if (a === undefined || b === undefined) return undefined;
  return parseDuration(a) >= parseDuration(b) ? a : b;
}

function allLimits(a: PlacementOptions["limits"], b: PlacementOptions["limits"]): PlacementOptions["limits"] {
  if (a === undefined || b === undefined) return a ?? b;
  const counts = new Map(Object.entries(asCounts(a)));
  for (const [name, count] of Object.entries(asCounts(b)))
    counts.set(name, Math.max(count, counts.get(name) ?? 0));
  return Object.fromEntries(counts);
}

function asCounts(limits: NonNullable<PlacementOptions["limits"]>): Readonly<Record<string, number>> {
  return Array.isArray(limits)
    ? Object.fromEntries(limits.map((name: string) => [name, 1]))
    : (limits as Record<string, number>);
}

function moreRetries(
  a: PlacementOptions["retries"],
  b: PlacementOptions["retries"],
): PlacementOptions["retries"] {
  if (a === undefined || b === undefined) return a ?? b;
  return countOf(a) >= countOf(b) ? a : b;
}

const countOf = (retries: number | RetryOptions): number =>
  typeof retries === "number" ? retries : retries.count;
