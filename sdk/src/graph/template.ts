import type { RecordIr, TypeIr } from "../types/type-ir.ts";

/*
 * A template is a small program (core.md section 1): nodes in topological order, equal pure nodes merged, each an
 * operation with the indices of its operands. It is plain data, closed (what a closure uses from outside is passed in
 * as captures), and names tasks and workflows; it refers to no host object.
 */
export interface Template {
  /** Parameters of the template: a workflow's has one, its arguments; a closure's has its own, then the captures. */
  readonly params: number;
  readonly nodes: readonly TemplateNode[];
  /** Index of the node that is the template's value. */
  readonly result: number;
}

export type TemplateNode = Operation & {
  /** Name shown to people. Not hashed. */
  readonly label?: string;
  /** `file:line:column` of the user's code. Not hashed. */
  readonly at?: string;
};

/** Index of a node in the same template. */
export type NodeIndex = number;

/** A closure: its template, and the nodes of the enclosing template that it uses, passed after its own parameters. */
export interface Closure {
  readonly template: Template;
  readonly captures: readonly NodeIndex[];
}

/** Options that say only where and with what a job runs; not part of the cache key (C6). Stored as the user gave them. */
export type Placement = Readonly<Record<string, unknown>>;

export type Operation =
  | { readonly op: "value"; readonly value: unknown }
  | { readonly op: "param"; readonly index: number }
  | { readonly op: "get"; readonly base: NodeIndex; readonly key: string | number }
  | { readonly op: "list"; readonly items: readonly NodeIndex[] }
  | { readonly op: "record"; readonly keys: readonly string[]; readonly items: readonly NodeIndex[] }
  | { readonly op: "primitive"; readonly name: string; readonly operands: readonly NodeIndex[] }
  | {
      readonly op: "call";
      readonly target: "task" | "workflow";
      readonly name: string;
      /** Index of a record node with the arguments. */
      readonly args: NodeIndex;
      readonly placement?: Placement;
    }
  /** Calls a task or lambda that is itself a value. */
  | { readonly op: "apply"; readonly callee: NodeIndex; readonly args: readonly NodeIndex[] }
  | { readonly op: "partial"; readonly callee: NodeIndex; readonly args: NodeIndex }
  | { readonly op: "lambda"; readonly closure: Closure }
  | {
      readonly op: "map";
      readonly items: NodeIndex;
      /** Parameters: item, index. */
      readonly body: Closure;
      readonly concurrency?: number;
      /** Share of items that must succeed; given, the value is a list of settled results. */
      readonly minSuccess?: number;
    }
  | {
      readonly op: "rows";
      readonly operator: string;
      readonly operands: readonly NodeIndex[];
      readonly options: unknown;
    }
  /** Parameters of the body: accumulator, item, index. */
  | { readonly op: "reduce"; readonly items: NodeIndex; readonly initial: NodeIndex; readonly body: Closure }
  /** Parameters of `body` and `until`: state, attempt from 0. */
  | {
      readonly op: "repeat";
      readonly initial: NodeIndex;
      readonly body: Closure;
      readonly until: Closure;
      readonly maxAttempts: number;
      readonly delayMs: number;
    }
  | {
      readonly op: "cond";
      /** The first test is demanded always, the others only when those before are false. No parameters. */
      readonly cases: readonly { readonly when: Closure; readonly then: Closure }[];
      readonly otherwise: Closure | null;
    }
  | {
      readonly op: "catch";
      readonly body: Closure;
      /** Parameter of the handler: the error. Empty `kinds` matches every kind but `misuse` and `cancelled`. */
      readonly handlers: readonly { readonly kinds: readonly string[]; readonly handler: Closure }[];
    }
  | { readonly op: "settle"; readonly items: NodeIndex; readonly mode: "one" | "each" }
  | { readonly op: "after"; readonly waits: readonly NodeIndex[]; readonly body: Closure }
  | { readonly op: "seq"; readonly items: readonly NodeIndex[] }
  | {
      readonly op: "gate";
      readonly kind: GateKind;
      readonly name: string;
      /**
       * What an approval passes on, an input defaults to, a sleep lasts (milliseconds); the key of an event, and its
       * default.
       */
      readonly value: NodeIndex;
      readonly question: NodeIndex;
      /** List of what is shown beside the decision. */
      readonly evidence: NodeIndex;
      readonly schema: TypeIr | null;
      readonly policy: GatePolicy;
      /** Arguments: where they have a field of the gate's name, that is the value, and no gate opens. */
      readonly given?: NodeIndex;
      /** Of a gate that a program outside answers: how it gets the task. */
      readonly external?: ExternalPolicy;
      /** Name in its path, where the template calls an external task more than once. */
      readonly place?: string;
    }
  | { readonly op: "fail"; readonly message: NodeIndex };

export type GateKind = "approve" | "review" | "input" | "sleep" | "external" | "event";

/** Who decides and what happens without a decision. Part of a decision's content hash (C23). */
export interface GatePolicy {
  /** Milliseconds until the time-out, or null to wait for ever. */
  readonly timeoutMs: number | null;
  readonly onTimeout: "fail" | "default";
  readonly requireComment: boolean;
  readonly reuse: "never" | "same-content";
  /** Who may decide; null for everybody who may approve at all. */
  readonly deciders: Deciders | null;
  /** So many different people must decide alike. */
  readonly quorum: number;
  /** Whoever launched the run may not decide. */
  readonly notLauncher: boolean;
  /** Milliseconds before a deadline at which those who may decide are reminded, the longest first. */
  readonly remindersMs: readonly number[];
  /** At the first deadline others may decide too, and a new time begins; null waits for ever then. */
  readonly escalation: { readonly to: Deciders; readonly timeoutMs: number | null } | null;
}

/** How an external task is given to the programs that pull it. */
export interface ExternalPolicy {
  readonly topic: string;
  /** Greater ones are given out first. */
  readonly priority: number;
  /** At most so many tasks of the topic are leased at a time; null for any number. */
  readonly limit: number | null;
  /** So many leases may be lost before the task is set aside. */
  readonly maxLostLeases: number;
  readonly retries: {
    readonly count: number;
    readonly backoffMs: number;
    readonly maxBackoffMs: number;
  };
  /** What its input must fit. */
  readonly input: RecordIr;
}

/** People by name or by role. */
export interface Deciders {
  readonly users: readonly string[];
  readonly roles: readonly Role[];
}

/** What a person may do: look; launch and cancel; decide; manage people. Each may do what those before it may. */
export type Role = "viewer" | "operator" | "approver" | "admin";
export const ROLES: readonly Role[] = ["viewer", "operator", "approver", "admin"];
