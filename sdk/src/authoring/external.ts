import type { Args, Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import type { ExternalPolicy } from "../graph/template.ts";
import { parseDuration, type Duration } from "../types/duration.ts";
import { checkArguments } from "./check-arguments.ts";
import { checkExternal } from "./check-options.ts";
import { checkGateName, makeGate } from "./make-gate.ts";
import type { RetryOptions } from "./options.ts";
import {
  Interface,
  outputTypeOf,
  type OutputSchema,
  type SchemaValue,
  type Shape,
  type ShapeInput,
} from "./shape.ts";

/** When a task is tried again that a worker gave up for now. */
export type ExternalRetries = Omit<RetryOptions, "on">;

export interface ExternalDeclaration<I extends Shape, O extends OutputSchema> {
  /** What its gates are called; letters, digits, `-`, `_`, `.`. */
  readonly name: string;
  /** What workers pull it by: letters, digits, `-`, `_`, `.`, `:`, `/`. */
  readonly topic: string;
  readonly input?: I;
  /** What a worker's result must fit; anything else is refused, and the worker keeps the task. */
  readonly output: O;
  /** What is to be done, for those who look at it. */
  readonly description?: string;
  /** A whole number; greater ones are given out first. Default 0. */
  readonly priority?: number;
  /** At most so many tasks of the topic are leased at a time; of different limits the smallest counts. Default any number. */
  readonly limit?: number;
  /** How long it may take until a worker has completed it, waiting included; then it fails as expired. Default for ever. */
  readonly timeout?: Duration;
  /** So many leases may be lost, by workers that died or hung, before it is set aside for a person. Default 5. */
  readonly maxLostLeases?: number;
  /** How often it is tried again when a worker asks for that; default 3. */
  readonly retries?: number | ExternalRetries;
}

/** An external task that can be called: the call is an expression, and runs nothing. */
export type External<I, O> = (args: Args<I>) => Lazy<O>;

const RETRIES = 3;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 300_000;
const MAX_LOST_LEASES = 5;

/**
 * A task that programs outside pull by its topic, and complete. Each call is a gate of kind `external`: a row that needs
 * no process while it waits. A worker that gives it up for good fails the call with an error of kind `user`; a time-out
 * with one of kind `expired`.
 *
 * Throws `gate-option-not-valid`, `option-not-valid`, `option-unknown`.
 */
export function external<const O extends OutputSchema, const I extends Shape = Record<never, never>>(
  declaration: ExternalDeclaration<I, O>,
): External<ShapeInput<I>, SchemaValue<O>> {
  const { name, input, output, ...options } = declaration;
  checkGateName(name);
  checkExternal(name, options);
  const types = new Interface(input ?? {}, () => outputTypeOf(output));
  const { description, timeout } = options;
  return (args) => {
    const given: unknown = args ?? {};
    checkArguments(name, types.input, given);
    return makeGate("external", {
      value: lift(given),
      options: {
        name,
        ...(description === undefined ? {} : { question: description }),
        ...(timeout === undefined ? {} : { timeout }),
      },
      schema: types.output,
      type: types.output,
      external: policyOf(options, types),
    });
  };
}

function policyOf(
  options: Pick<
    ExternalDeclaration<Shape, OutputSchema>,
    "topic" | "priority" | "limit" | "maxLostLeases" | "retries"
  >,
  { input }: Interface,
): ExternalPolicy {
  const { topic, priority = 0, limit = null, maxLostLeases = MAX_LOST_LEASES, retries = RETRIES } = options;
  const {
    count,
    backoff = BACKOFF_MS,
    maxBackoff,
  }: ExternalRetries = typeof retries === "number" ? { count: retries } : retries;
  const backoffMs = parseDuration(backoff);
  const maxBackoffMs =
    maxBackoff === undefined ? Math.max(MAX_BACKOFF_MS, backoffMs) : parseDuration(maxBackoff);
  return { topic, priority, limit, maxLostLeases, retries: { count, backoffMs, maxBackoffMs }, input };
}
