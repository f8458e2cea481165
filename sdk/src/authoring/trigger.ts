import { z } from "zod";
import { LigaseError } from "../errors/ligase-error.ts";
import type { Args, Lazy } from "../graph/lazy.ts";
import { readDuration, type Duration } from "../types/duration.ts";
import { file } from "../types/schemas.ts";
import type { File } from "../values/file.ts";
import type { Task } from "./callable.ts";
import { eventKeyProblem } from "./event-key.ts";
import { workflow } from "./workflow.ts";

/** Files that are new or have changed, once nobody writes to them. */
export interface FileEvents {
  readonly kind: "files";
  /** A path or pattern as scripts have them; relative ones start at the working folder of the engine. */
  readonly files: string;
  readonly everyMs?: number;
}

/** Rows that a query of a database gives. */
export interface RowEvents {
  readonly kind: "rows";
  readonly database: string;
  readonly query: string;
  readonly cursor: string;
  readonly from: number | string;
  readonly key?: string;
  readonly everyMs?: number;
}

/** Events that are published under a key, or under every key that begins so. */
export interface PublishedEvents {
  readonly kind: "events";
  readonly key: string;
  readonly isPrefix: boolean;
}

export type TriggerSource = FileEvents | RowEvents | PublishedEvents;

/** What launches a run of the workflow that has its name. */
export interface TriggerDefinition {
  readonly name: string;
  readonly on: TriggerSource;
}

/** What a trigger tells its workflow. */
export interface TriggerEvent<P> {
  /** Names the message: the same for what is told twice. */
  readonly id: string;
  /** Of an event its key; `file:` and the URI of a file; of a row its column `key`. */
  readonly key: string;
  readonly payload: P;
}

interface Declared<I, O, P> {
  /** Unique among tasks, workflows and triggers: runs have this name. */
  readonly name: string;
  readonly description?: string;
  /** What is launched for each message, once. */
  readonly launch: Task<I, O>;
  /** The arguments for it. Runs once, with a placeholder, as a workflow's body does. */
  readonly input: (event: Lazy<TriggerEvent<P>>) => Args<I>;
}

/** A trigger on files: what is told is the file. */
export interface FileTrigger<I, O> extends Declared<I, O, File> {
  readonly on: FileEvents;
}

/** A trigger on rows. */
export interface RowTrigger<I, O, S extends z.ZodType> extends Declared<I, O, z.output<S>> {
  readonly on: RowEvents;
  /** The type of a row; columns that it does not name are refused as a task's arguments would be. */
  readonly payload: S;
}

/** A trigger on published events. */
export interface EventTrigger<I, O, S extends z.ZodType> extends Declared<I, O, z.output<S>> {
  readonly on: PublishedEvents;
  /** The type of a payload; what it does not fit launches nothing. */
  readonly payload: S;
}

export interface FileEventsOptions {
  /** How often the files are looked at where the system does not tell of changes; default 2 seconds. */
  readonly every?: Duration;
}

/** Files for a trigger: each that is new or has changed. */
export const onFiles = (files: string, { every }: FileEventsOptions = {}): FileEvents => ({
  kind: "files",
  files,
  ...everyMs(every),
});

export interface RowEventsOptions extends Omit<RowEvents, "kind" | "everyMs"> {
  /** `postgres://…`, or the path of a SQLite file, which is only read. */
  readonly database: string;
  /** Gives the rows after `:cursor`, in its order: `SELECT * FROM orders WHERE id > :cursor ORDER BY id LIMIT 100`. */
  readonly query: string;
  /** Column that grows from row to row, each row's another; rows must become visible in its order. */
  readonly cursor: string;
  /** What the cursor is before the first row. */
  readonly from: number | string;
  /** Column with the key of the event; default `key`. */
  readonly key?: string;
  /** How often the query is asked; default 5 seconds. */
  readonly every?: Duration;
}

/** Rows for a trigger: each that a query of SQLite or Postgres gives. */
export const onRows = ({ every, ...options }: RowEventsOptions): RowEvents => ({
  kind: "rows",
  ...options,
  ...everyMs(every),
});

/** One of the two. */
export type PublishedEventsOptions =
  /** What events are published under: one line. */
  | { readonly key: string; readonly keyPrefix?: never }
  /** How the keys of all of them begin. */
  | { readonly key?: never; readonly keyPrefix: string };

/**
 * Events for a trigger: each that is published under a key, or under one that begins so, from the first time on that the
 * trigger is served. Throws `option-not-valid`.
 */
export function onEvents({ key, keyPrefix }: PublishedEventsOptions): PublishedEvents {
  const isPrefix = key === undefined;
  const found = JSON.stringify(key ?? keyPrefix) ?? "nothing";
  if (!isPrefix && keyPrefix !== undefined)
    throw notValid({
      option: "keyPrefix",
      expected: "left out beside a key",
      found: JSON.stringify(keyPrefix),
    });
  const wanted = key ?? keyPrefix;
  if (eventKeyProblem(wanted) === null) return { kind: "events", key: wanted, isPrefix };
  throw notValid({
    option: isPrefix ? "keyPrefix" : "key",
    expected: "one line of at most 1,000 characters",
    found: found.slice(0, 100),
  });
}

function everyMs(every: Duration | undefined): { readonly everyMs?: number } {
  if (every === undefined) return {};
  const ms = readDuration(every);
  if (typeof ms === "number" && ms > 0) return { everyMs: ms };
  throw notValid({ option: "every", expected: "a span of time such as 10s", found: JSON.stringify(every) });
}

const notValid = (problem: { option: string; expected: string; found: string }): LigaseError =>
  new LigaseError("option-not-valid", { ...problem, task: "a source of events", at: null });

/**
 * Has an engine that serves this file launch a run for each message of a source, once, whatever dies in between. The run
 * is one of a workflow with the trigger's name, whose one argument is the event; it can be launched by hand, too.
 *
 * Throws `task-name-taken`, `task-name-not-valid`; when it is compiled whatever is wrong in its `input`.
 */
export function trigger<I, O>(
  declaration: FileTrigger<I, O>,
): Task<{ readonly event: TriggerEvent<File> }, O>;
export function trigger<I, O, S extends z.ZodType>(
  declaration: RowTrigger<I, O, S> | EventTrigger<I, O, S>,
): Task<{ readonly event: TriggerEvent<z.input<S>> }, O>;
export function trigger(
  declaration:
    | FileTrigger<unknown, unknown>
    | RowTrigger<unknown, unknown, z.ZodType>
    | EventTrigger<unknown, unknown, z.ZodType>,
): Task<never, unknown> {
  const { name, description, on, launch, input } = declaration;
  const payload = "payload" in declaration ? declaration.payload : file();
  const event = z.object({ id: z.string(), key: z.string(), payload });
  const about = description === undefined ? {} : { description };
  const run = workflow({ name, input: { event }, ...about }, (args) => launch(input(args.event as never)));
  triggers().set(name, { name, on });
  return run;
}

const REGISTRY = Symbol.for("ligase.triggers");

type Global = typeof globalThis & { [REGISTRY]?: Map<string, TriggerDefinition> };

/** One for all copies of the SDK in a process. */
const triggers = (): Map<string, TriggerDefinition> => ((globalThis as Global)[REGISTRY] ??= new Map());

/** All triggers that were defined in this process, in the order they were made. */
export const allTriggers = (): readonly TriggerDefinition[] => [...triggers().values()];
