import type { z } from "zod";
import { isLazy, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import type { Duration } from "../types/duration.ts";
import { fromZod } from "../types/from-zod.ts";
import { file } from "../types/schemas.ts";
import type { File } from "../values/file.ts";
import { eventKeyProblem, FILE_KEY } from "./event-key.ts";
import { makeGate, notValid } from "./make-gate.ts";
import { format } from "./operators.ts";

export interface EventOptions<S extends z.ZodType> {
  /** Name of the gate that waits; unique in its workflow. */
  readonly name: string;
  /** What the event must be published under: one line of at most 1,000 characters. */
  readonly key: Arg<string>;
  /** What its payload must fit; one that does not leaves the gate open. */
  readonly schema: S;
  /** How long to wait; default for ever. */
  readonly timeout?: Duration;
  /** Given, it is the value when the time is up; otherwise a time-out fails with an error of kind `expired`. */
  readonly default?: z.output<S>;
}

/**
 * Waits for an event with a key, whether it is published before or after, and is worth its payload. Only a row waits.
 *
 * Throws `gate-option-not-valid`.
 */
export function waitForEvent<S extends z.ZodType>(options: EventOptions<S>): Lazy<z.output<S>> {
  const { name, key, schema, timeout, default: otherwise } = options;
  const problem = isLazy(key) ? null : eventKeyProblem(key);
  if (problem !== null) throw notValid(name, problem);
  const type = fromZod(schema);
  const hasDefault = otherwise !== undefined;
  return makeGate("event", {
    value: lift(hasDefault ? { key, default: otherwise } : { key }),
    options: { name, ...(timeout === undefined ? {} : { timeout }) },
    schema: type,
    type,
    hasDefault,
  });
}

export interface FileEventOptions {
  /** Name of the gate that waits; unique in its workflow. */
  readonly name: string;
  /** How long to wait; default for ever. */
  readonly timeout?: Duration;
}

/**
 * Waits until a file is there that is whole, and is worth it. `place` is a path, a `file:` URI, or a pattern as scripts
 * have them (`runs/*.csv`); relative ones start at the folder that the run was launched from. Of several files that match,
 * the first by name counts. One that is there already satisfies at once.
 *
 * Throws `gate-option-not-valid`.
 */
export function waitForFile(place: Arg<string>, options: FileEventOptions): Lazy<File> {
  const key = isLazy(place) ? format`${FILE_KEY}${place}` : `${FILE_KEY}${place}`;
  if (place === "") throw notValid(options.name, "it names no file");
  return waitForEvent({ ...options, key, schema: file() });
}
