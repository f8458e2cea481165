import type { z } from "zod";
import { LigaseError } from "../errors/ligase-error.ts";
import { lazy, type Arg, type Lazy, type Unlazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { currentScope, makeNode, type Scope } from "../graph/node.ts";
import { ROLES, type Deciders, type GateKind, type GatePolicy, type Role } from "../graph/template.ts";
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
  /** Who may decide, by name or role; default everybody who may approve. */
  readonly decidedBy?: GateDeciders;
  /** So many different people must decide alike; one rejection rejects. Default 1. */
  readonly quorum?: number;
  /** Whoever launched the run may not decide; default false. */
  readonly notLauncher?: boolean;
  /** How long before the time is up those who may decide are reminded. */
  readonly remind?: Duration | readonly Duration[];
  /** When the time is up these may decide too, and a new time begins; default for ever. Needs a `timeout`. */
  readonly escalate?: { readonly to: GateDeciders; readonly timeout?: Duration };
  /** The decision must say why; default false. */
  readonly requireComment?: boolean;
  /** `same-content` lets a later run keep the decision while what was shown is the same; default `never`: it asks again. */
  readonly reuse?: "never" | "same-content";
}

/** People by name or by role; one of either is enough. */
export interface GateDeciders {
  readonly users?: readonly string[];
  readonly roles?: readonly Role[];
}

export interface ApproveOptions extends GateOptions {
  /** Whoever approves may edit the value; the run goes on with the edited one. Default false. */
  readonly editable?: boolean;
}

/** A decision as data. */
export interface Decision {
  readonly outcome: "approved" | "rejected" | "expired";
  readonly by: string | null;
  readonly at: Date | null;
  readonly comment: string | null;
}

/** Waits until somebody approves, then passes the value on. A rejection or time-out fails with a kind of its own. */
export function approve<V>(value: V, options: ApproveOptions): Lazy<Unlazy<V>> {
  const lifted = lift(value);
  const { type } = lifted;
  if (options.editable === true && type === undefined)
    throw notValid(
      options.name,
      "its value has no declared type, so that an edited one could not be checked",
    );
  return makeGate("approve", {
    value: lifted,
    options,
    schema: options.editable === true ? (type ?? null) : null,
    type,
  });
}

/** Waits for a decision and returns it as data to branch on; a rejection or time-out does not fail. */
export function review(value: unknown, options: GateOptions): Lazy<Decision> {
  return makeGate("review", { value: lift(value), options, schema: null });
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
  return makeGate("input", {
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
  return makeGate<null>("sleep", {
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

function makeGate<T>(kind: GateKind, parts: GateParts): Lazy<T> {
  const { name, question, show } = parts.options;
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw notValid(name, "its name is not made of letters, digits, '-', '_' and '.'");
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

const notValid = (gate: string, reason: string): LigaseError =>
  new LigaseError("gate-option-not-valid", { gate, reason });

function policyOf({ options, hasDefault }: GateParts): GatePolicy {
  const timeoutMs = options.timeout === undefined ? null : parseDuration(options.timeout);
  return {
    timeoutMs,
    onTimeout: hasDefault === true ? "default" : "fail",
    requireComment: options.requireComment ?? false,
    reuse: options.reuse ?? "never",
    deciders: options.decidedBy === undefined ? null : decidersOf(options.name, options.decidedBy),
    quorum: quorumOf(options),
    notLauncher: options.notLauncher ?? false,
    remindersMs: remindersOf(options, timeoutMs),
    escalation: escalationOf(options, timeoutMs),
  };
}

function decidersOf(gate: string, { users = [], roles = [] }: GateDeciders): Deciders {
  if (users.length === 0 && roles.length === 0) throw notValid(gate, "nobody is named who may decide");
  const unknown = roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined)
    throw notValid(gate, `"${unknown}" is not a role; roles are ${ROLES.join(", ")}`);
  return { users: [...users], roles: [...roles] };
}

function quorumOf({ name, quorum = 1, decidedBy, escalate }: GateOptions): number {
  if (!Number.isSafeInteger(quorum) || quorum < 1)
    throw notValid(name, "its quorum is not a whole number from 1 on");
  const named = decidedBy !== undefined && (decidedBy.roles ?? []).length === 0 && escalate === undefined;
  if (named && quorum > new Set(decidedBy.users).size)
    throw notValid(name, `its quorum of ${quorum} is more than the people who may decide`);
  return quorum;
}

function remindersOf({ name, remind = [] }: GateOptions, timeoutMs: number | null): readonly number[] {
  const all = (Array.isArray(remind) ? (remind as readonly Duration[]) : [remind as Duration]).map((before) =>
    parseDuration(before),
  );
  if (all.length > 0 && timeoutMs === null)
    throw notValid(name, "it reminds before a time-out that it has not");
  return all.toSorted((a, b) => b - a);
}

function escalationOf({ name, escalate }: GateOptions, timeoutMs: number | null): GatePolicy["escalation"] {
  if (escalate === undefined) return null;
  if (timeoutMs === null) throw notValid(name, "it escalates at a time-out that it has not");
  const next = escalate.timeout === undefined ? null : parseDuration(escalate.timeout);
  return { to: decidersOf(name, escalate.to), timeoutMs: next };
}
