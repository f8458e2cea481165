import { LigaseError } from "../errors/ligase-error.ts";
import { callSite } from "../graph/node.ts";
import { parseSize } from "../types/byte-size.ts";
import { parseDuration } from "../types/duration.ts";
import type { FailureKind } from "../runner/job.ts";
import type { RetryOptions } from "./options.ts";

type Test = (value: unknown) => string | null;

const PLACEMENT: Readonly<Record<string, Test>> = {
  resources: resourcesProblem,
  growth: (value) => (typeof value === "number" && value >= 1 ? null : "a number from 1"),
  retries: retriesProblem,
  timeout: (value) => (parses(parseDuration, value) && parseDuration(value as never) > 0 ? null : DURATION),
  executor: isText,
  limits: limitsProblem,
  priority: (value) => (Number.isFinite(value) ? null : "a number"),
  interruptible: isFlag,
  labels: isTexts,
  tags: isTexts,
};

const DEFINITION: Readonly<Record<string, Test>> = {
  ...PLACEMENT,
  description: isText,
  version: isText,
  cache: isFlag,
  env: isTexts,
  image: isText,
  secrets: isTexts,
  light: isFlag,
  deck: isText,
  tools: (value) =>
    Array.isArray(value) && value.every((tool) => typeof tool === "string" && tool !== "")
      ? null
      : "a list of program names",
};

const SHELL: Readonly<Record<string, Test>> = {
  ...PLACEMENT,
  resources: (value) =>
    typeof value === "function" ? "a record of cpu, memory, gpu, disk" : resourcesProblem(value),
  cache: isFlag,
  env: (value) => (isRecord(value) ? null : "a record of texts"),
  image: isText,
  secrets: isTexts,
  deck: isText,
};

const EXTERNAL: Readonly<Record<string, Test>> = {
  topic: (value) =>
    typeof value === "string" && /^[\w.:/-]{1,100}$/.test(value)
      ? null
      : "up to 100 letters, digits, '-', '_', '.', ':' and '/'",
  description: isText,
  priority: (value) => (Number.isSafeInteger(value) ? null : "a whole number"),
  limit: (value) => (isCount(value) && value !== 0 ? null : "a whole number from 1"),
  timeout: PLACEMENT["timeout"] as Test,
  maxLostLeases: (value) => (isCount(value) && value !== 0 ? null : "a whole number from 1"),
  retries: retriesProblem,
};

/** Checks placement options: what a typo or a wrong unit would otherwise drop in silence. Throws `option-not-valid`. */
export const checkPlacement = (task: string, options: Readonly<Record<string, unknown>>): void =>
  checkAll(task, options, PLACEMENT);

/** Checks the options of a `shell` expression. Throws `option-not-valid`. */
export const checkShell = (name: string, options: Readonly<Record<string, unknown>>): void =>
  checkAll(name, options, SHELL);

/** Checks the options of an external task. Throws `option-not-valid`, `option-unknown`. */
export const checkExternal = (name: string, options: Readonly<Record<string, unknown>>): void =>
  checkAll(name, options, EXTERNAL);

/** Checks all options of a definition. Throws `option-not-valid`. */
export const checkOptions = (task: string, options: Readonly<Record<string, unknown>>): void =>
  checkAll(task, options, DEFINITION);

function checkAll(
  task: string,
  options: Readonly<Record<string, unknown>>,
  tests: Readonly<Record<string, Test>>,
): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const test = tests[option];
    if (test === undefined) throw unknownOption(task, option, tests);
    const expected = test(value);
    if (expected !== null)
      throw new LigaseError("option-not-valid", {
        task,
        option,
        expected,
        found: JSON.stringify(value) ?? typeof value,
        at: callSite() ?? null,
      });
  }
}

function unknownOption(task: string, option: string, tests: Readonly<Record<string, Test>>): LigaseError {
  const isOfTask = tests === PLACEMENT && option in DEFINITION;
  const reason = isOfTask
    ? "can change a value, so it is declared with the task and not given to one call"
    : "is unknown";
  return new LigaseError("option-unknown", {
    task,
    option,
    reason,
    known: Object.keys(tests).join(", "),
    at: callSite() ?? null,
  });
}

function resourcesProblem(value: unknown): string | null {
  if (typeof value === "function") return null;
  if (!isRecord(value)) return "a record of cpu, memory, gpu, disk";
  for (const [name, amount] of Object.entries(value)) {
    if (name === "memory" || name === "disk") {
      if (!parses(parseSize, amount)) return `${name} such as "2 GiB" or a number of bytes`;
    } else if (name === "cpu" || name === "gpu") {
      if (typeof amount !== "number" || !(amount >= 0)) return `${name} as a number`;
    } else return "a record of cpu, memory, gpu, disk";
  }
  return null;
}

const DURATION = 'a duration such as "2h" or a number of milliseconds, above zero';

/** Kinds of failure that another attempt may cure. */
const RETRIED = ["user", "resource", "infrastructure"] as const satisfies readonly FailureKind[];

const RETRIES: Readonly<Record<keyof RetryOptions, Test>> = {
  count: (value) => (isCount(value) ? null : "count as a whole number from 0"),
  backoff: (value) => (parses(parseDuration, value) ? null : 'backoff as a duration such as "10s"'),
  maxBackoff: (value) => (parses(parseDuration, value) ? null : 'maxBackoff as a duration such as "5m"'),
  on: (value) =>
    Array.isArray(value) && value.every((kind) => RETRIED.includes(kind as never))
      ? null
      : `on as a list of ${RETRIED.join(", ")}: no other failure is tried again`,
};

function retriesProblem(value: unknown): string | null {
  if (isCount(value)) return null;
  if (!isRecord(value)) return "a whole number of retries, or { count, backoff, maxBackoff, on }";
  const given = { count: undefined, ...value };
  for (const [name, part] of Object.entries(given)) {
    if (part === undefined && name !== "count") continue;
    const problem = Object.hasOwn(RETRIES, name)
      ? RETRIES[name as keyof RetryOptions](part)
      : "a record of count, backoff, maxBackoff, on";
    if (problem !== null) return problem;
  }
  const { backoff, maxBackoff } = value as Partial<RetryOptions>;
  const isCut =
    backoff !== undefined && maxBackoff !== undefined && parseDuration(backoff) > parseDuration(maxBackoff);
  return isCut ? "a maxBackoff that is no shorter than the backoff" : null;
}

function limitsProblem(value: unknown): string | null {
  const isNames = Array.isArray(value) && value.every((name) => typeof name === "string" && name !== "");
  const isCounts =
    isRecord(value) && Object.values(value).every((held) => Number.isFinite(held) && (held as number) > 0);
  return isNames || isCounts ? null : "a list of names, or a record of numbers above zero";
}

function parses(parse: (value: never) => number, value: unknown): boolean {
  try {
    return parse(value as never) >= 0;
  } catch {
    return false;
  }
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isText(value: unknown): string | null {
  return typeof value === "string" ? null : "text";
}

function isFlag(value: unknown): string | null {
  return typeof value === "boolean" ? null : "true or false";
}

function isTexts(value: unknown): string | null {
  return isRecord(value) && Object.values(value as object).every((item) => typeof item === "string")
    ? null
    : "a record of texts";
}
