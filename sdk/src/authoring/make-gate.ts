import { LigaseError } from "../errors/ligase-error.ts";
import { lazy, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode, type GraphNode } from "../graph/node.ts";
import {
  ROLES,
  type Deciders,
  type ExternalPolicy,
  type GateKind,
  type GatePolicy,
  type Role,
} from "../graph/template.ts";
import { parseDuration, type Duration } from "../types/duration.ts";
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

interface GateParts {
  readonly value: GraphNode;
  readonly options: GateOptions;
  readonly schema: TypeIr | null;
  readonly type?: TypeIr | undefined;
  readonly hasDefault?: boolean;
  /** Arguments: where they have a field of the gate's name, that is the value, and no gate opens. */
  readonly given?: GraphNode;
  readonly external?: ExternalPolicy;
}

/** A gate as an expression. Throws `gate-option-not-valid`. */
export function makeGate<T>(kind: GateKind, parts: GateParts): Lazy<T> {
  const { name, question, show } = parts.options;
  checkGateName(name);
  const policy = policyOf(parts);
  const { schema, given, external } = parts;
  return lazy<T>(
    makeNode({
      refs: [parts.value, lift(question ?? null), lift(show ?? []), ...(given === undefined ? [] : [given])],
      make: ([value, asked, evidence, from]) => ({
        op: "gate",
        kind,
        name,
        value: value as number,
        question: asked as number,
        evidence: evidence as number,
        schema,
        policy,
        ...(from === undefined ? {} : { given: from }),
        ...(external === undefined ? {} : { external }),
      }),
      distinct: true,
      label: `${kind} ${name}`,
      // One of an input is made before the user's code runs.
      locate: given === undefined,
      type: parts.type,
    }),
  );
}

/** Throws `gate-option-not-valid`. */
export function checkGateName(name: string): void {
  if (!/^[\w.-]{1,100}$/.test(name))
    throw notValid(name, "its name is not made of letters, digits, '-', '_' and '.'");
}

export const notValid = (gate: string, reason: string): LigaseError =>
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
