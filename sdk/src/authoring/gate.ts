import type { z } from "zod";
import { LigaseError } from "../errors/ligase-error.ts";
import { lazy, type Arg, type Lazy, type Unlazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { currentScope, makeNode, type Scope } from "../graph/node.ts";
import type { GateKind, GatePolicy } from "../graph/template.ts";
import { parseDuration, type Duration } from "../types/duration.ts";
import { fromZod } from "../types/from-zod.ts";
import type { TypeIr } from "../types/type-ir.ts";

export interface GateOptions {
  /** What the decision is addressed by; unique in its workflow. */
  readonly name: string;
  /** What the person is asked. */
  readonly question?: Arg<string>;
  /** Evidence shown beside the decision: files, values. The decision is bound to its content. */
  readonly show?: readonly unknown[];
  /** How long to wait; default for ever. */
  readonly timeout?: Duration;
  /** The decision must say why; default false. */
  readonly requireComment?: boolean;
  /** `same-content` lets a later run keep the decision while what was shown is the same; default `never`: it asks again. */
  readonly reuse?: "never" | "same-content";
}

/** A decision as data. */
export interface Decision {
  readonly outcome: "approved" | "rejected" | "expired";
  readonly by: string | null;
  readonly at: Date | null;
  readonly comment: string | null;
}

/** Waits until somebody approves, then passes the value on. A rejection or time-out fails with a kind of its own. */
export function approve<V>(value: V, options: GateOptions): Lazy<Unlazy<V>> {
  return gate("approve", { value: lift(value), options, schema: null, type: lift(value).type });
}

/** Waits for a decision and returns it as data to branch on; a rejection or time-out does not fail. */
export function review(value: unknown, options: GateOptions): Lazy<Decision> {
  return gate("review", { value: lift(value), options, schema: null });
}

export interface InputOptions<T> extends GateOptions {
  /** Given, it is the value when the time is up; otherwise a time-out fails. */
  readonly default?: T;
}

/** Waits for a value of the given schema from outside. */
export function waitForInput<S extends z.ZodType>(
  schema: S,
  options: InputOptions<z.output<S>>,
): Lazy<z.output<S>> {
  const type = fromZod(schema);
  return gate("input", {
    value: lift(options.default ?? null),
    options,
    schema: type,
    type,
    hasDefault: options.default !== undefined,
  });
}

const sleeps = new WeakMap<Scope, number>();

/** Becomes null after a time, which may be days: only a row waits. */
export function sleep(
  duration: Duration | Arg<number>,
  options: { readonly name?: string } = {},
): Lazy<null> {
  const scope = currentScope();
  const number = (sleeps.get(scope) ?? 0) + 1;
  sleeps.set(scope, number);
  const ms = typeof duration === "object" ? duration : parseDuration(duration);
  return gate<null>("sleep", {
    value: lift(ms),
    options: { name: options.name ?? `sleep-${number}` },
    schema: null,
    type: { kind: "null" },
  });
}

interface GateParts {
  readonly value: ReturnType<typeof lift>;
  readonly options: GateOptions;
  readonly schema: TypeIr | null;
  readonly type?: TypeIr | undefined;
  readonly hasDefault?: boolean;
}

function gate<T>(kind: GateKind, parts: GateParts): Lazy<T> {
  const { name, question, show } = parts.options;
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new LigaseError("gate-option-not-valid", {
      gate: name,
      reason: "its name is not made of letters, digits, '-', '_' and '.'",
    });
  }
  const policy = policyOf(parts);
  const { schema } = parts;
  return lazy<T>(
    makeNode({
      refs: [parts.value, lift(question ?? null), lift(show ?? [])],
      make: ([value, asked, evidence]) => ({
        op: "gate",
        kind,
        name,
        value: value as number,
        question: asked as number,
        evidence: evidence as number,
        schema,
        policy,
      }),
      distinct: true,
      label: `${kind} ${name}`,
      locate: true,
      type: parts.type,
    }),
  );
}

function policyOf({ options, hasDefault }: GateParts): GatePolicy {
  return {
    timeoutMs: options.timeout === undefined ? null : parseDuration(options.timeout),
    onTimeout: hasDefault === true ? "default" : "fail",
    requireComment: options.requireComment ?? false,
    reuse: options.reuse ?? "never",
  };
}
