import {
  add,
  after,
  approve,
  catchError,
  cond,
  eq,
  external,
  format,
  ge,
  gt,
  map,
  mod,
  reduce,
  repeat,
  review,
  seq,
  settle,
  sleep,
  sum,
  task,
  waitForEvent,
  waitForInput,
  workflow,
  z,
  type GateOptions,
  type Lazy,
} from "@ligase/sdk";
import type { PlannedPolicy } from "../decisions/people.ts";
import type { PlannedGateKind } from "../decisions/planned-gate.ts";
import type { PlannedWork } from "../decisions/planned-work.ts";
import { tasks } from "./puppet-tasks.ts";

/*
 * Random graphs as data, with everything that leaves traces outside of the reducer. `build` makes what the engine
 * reduces; reference.ts says what it is worth.
 */

export type PlainTask =
  "light" | "pooled" | "flaky" | "brittle" | "risky" | "fresh" | "licensed" | "heavy" | "hungry" | "dynamic";

/** An expression that is worth a number. Variables count from the innermost closure. */
export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "variable"; readonly index: number }
  | { readonly kind: "call"; readonly task: PlainTask; readonly of: Expression }
  | { readonly kind: "down" | "text" | "small"; readonly of: Expression }
  | { readonly kind: "defaulted"; readonly of: Expression; readonly isExplicit: boolean }
  | { readonly kind: "add" | "pair" | "after" | "seq"; readonly a: Expression; readonly b: Expression }
  | {
      readonly kind: "cond";
      readonly test: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: "catch"; readonly body: Expression; readonly instead: number }
  | {
      readonly kind: "map";
      readonly list: List;
      readonly body: Expression;
    }
  /** A map of which so many items are worked on at a time, told apart by the tag. */
  | { readonly kind: "tagged"; readonly list: List; readonly tag: string; readonly concurrency: number }
  | { readonly kind: "settle"; readonly list: List; readonly body: Expression }
  | { readonly kind: "reduce"; readonly list: List; readonly from: Expression }
  | { readonly kind: "repeat"; readonly from: Expression; readonly rounds: number; readonly delayMs: number }
  | { readonly kind: "sub"; readonly workflow: number; readonly of: Expression }
  | {
      readonly kind: "file";
      readonly maker: "make" | "print";
      readonly reader: "read" | "scan";
      readonly of: Expression;
    }
  | GateExpression;

export interface GateExpression {
  readonly kind: "gate";
  readonly gate: PlannedGateKind;
  readonly name: string;
  readonly of: Expression;
  readonly timeoutMs: number | null;
  /** What an input or event is worth when nothing comes in time; null when it fails then. */
  readonly instead: number | null;
  readonly policy: PlannedPolicy;
  /** Of a task for workers outside. */
  readonly work: PlannedWork | null;
  /** What the event is about that it waits for. */
  readonly about: string | null;
}

export type List =
  | { readonly kind: "items"; readonly items: readonly Expression[] }
  | { readonly kind: "from-task"; readonly of: Expression };

type Env = readonly Lazy<number>[];

/** The expression as the engine reduces it. */
export function build(expression: Expression, env: Env = []): Lazy<number> {
  const of = (inner: Expression): Lazy<number> => build(inner, env);
  switch (expression.kind) {
    case "constant":
      return expression.value as unknown as Lazy<number>;
    case "variable":
      return env[expression.index] ?? (0 as unknown as Lazy<number>);
    case "call":
      return tasks[expression.task]({ x: of(expression.of) });
    case "down":
      return tasks.down({ x: mod(of(expression.of), 5) });
    case "small":
      return mod(of(expression.of), 7);
    case "text":
      return tasks.readText({ text: tasks.text({ x: of(expression.of) }) });
    case "defaulted":
      return tasks.defaulted({ x: of(expression.of), ...(expression.isExplicit ? { y: 4 } : {}) });
    case "file":
      return tasks[expression.reader]({ f: tasks[expression.maker]({ x: of(expression.of) }) });
    case "sub":
      return subWorkflow(expression.workflow)({ x: of(expression.of) });
    case "gate":
      return buildGate(expression, of(expression.of));
    default:
      return buildControl(expression, env);
  }
}

type Control = Exclude<
  Expression,
  {
    kind:
      "constant" | "variable" | "call" | "down" | "small" | "text" | "defaulted" | "file" | "sub" | "gate";
  }
>;

function buildControl(expression: Control, env: Env): Lazy<number> {
  const of = (inner: Expression): Lazy<number> => build(inner, env);
  switch (expression.kind) {
    case "add":
      return add(of(expression.a), of(expression.b));
    case "pair":
      return tasks.pair({ a: of(expression.a), b: of(expression.b) });
    case "after":
      return after(of(expression.a), () => of(expression.b));
    case "seq":
      return (seq([of(expression.a), of(expression.b)]) as unknown as Lazy<number>[])[1] as Lazy<number>;
    case "cond":
      return cond(
        gt(of(expression.test), 10),
        () => of(expression.chosen),
        () => of(expression.otherwise),
      );
    case "catch":
      return catchError(
        () => of(expression.body),
        () => expression.instead,
      );
    default:
      return buildList(expression, env);
  }
}

function buildList(
  expression: Exclude<Control, { kind: "add" | "pair" | "after" | "seq" | "cond" | "catch" }>,
  env: Env,
): Lazy<number> {
  switch (expression.kind) {
    case "map":
      return sum(map(listOf(expression.list, env), (x) => build(expression.body, [x, ...env])));
    case "tagged": {
      const { tag, concurrency } = expression;
      return sum(map(listOf(expression.list, env), (x) => tasks.tagged({ x, tag }), { concurrency }));
    }
    case "settle":
      return sum(
        map(settle(map(listOf(expression.list, env), (x) => build(expression.body, [x, ...env]))), (item) =>
          cond(
            item.ok,
            () => item.value,
            () => -1,
          ),
        ) as Lazy<number[]>,
      );
    case "reduce":
      return reduce(listOf(expression.list, env), build(expression.from, env), (before: Lazy<number>, item) =>
        add(before, tasks.light({ x: item })),
      );
    case "repeat":
      return repeat(
        build(expression.from, env),
        (before: Lazy<number>, round) => add(before, tasks.light({ x: round })),
        (_state, round) => ge(round, expression.rounds),
        { delay: expression.delayMs },
      );
  }
}

function listOf(list: List, env: Env): Lazy<number[]> {
  return list.kind === "items"
    ? (list.items.map((item) => build(item, env)) as unknown as Lazy<number[]>)
    : tasks.list({ x: build(list.of, env) });
}

function buildGate(expression: GateExpression, x: Lazy<number>): Lazy<number> {
  const { gate, name, timeoutMs, instead } = expression;
  // By the question those who decide know what is shown, in gates that show no value, too.
  const options = { ...optionsOf(expression), question: format`${x}` };
  switch (gate) {
    case "approve":
      return approve<Lazy<number>>(x, options);
    case "edited":
      return approve<Lazy<number>>(tasks.light({ x }), { ...options, editable: true });
    case "kept":
      return approve<Lazy<number>>(x, { ...options, reuse: "same-content" });
    case "shown":
      return approve<Lazy<number>>(x, { ...options, show: [tasks.make({ x })] });
    case "beside":
      return approve<Lazy<number>>(x, { ...options, show: [x, "beside"] });
    case "review":
      return cond<Lazy<number>, number>(
        eq(review(x, options).outcome, "approved"),
        () => x,
        () => 7,
      );
    case "input":
      return add(
        x,
        waitForInput(z.number(), { ...options, ...(instead === null ? {} : { default: instead }) }),
      );
    case "sleep":
      return after(sleep(timeoutMs ?? 0, { name }), () => x);
    case "asking":
      return tasks.asking({ x, options: optionsOf(expression) });
    case "external":
      return add(x, callOutside(expression, x));
    case "event":
      return add(x, eventAbout(expression, x));
  }
}

function eventAbout({ name, about, timeoutMs, instead }: GateExpression, x: Lazy<number>): Lazy<number> {
  return waitForEvent({
    name,
    key: format`${about ?? ""}:${x}`,
    schema: z.number(),
    ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
    ...(instead === null ? {} : { default: instead }),
  });
}

/** The result of a worker. */
function callOutside({ name, timeoutMs, work }: GateExpression, x: Lazy<number>): Lazy<number> {
  const { topic, priority, limit, maxLostLeases, retries, backoffMs } = work as PlannedWork;
  return external({
    name,
    topic,
    input: { x: z.number() },
    output: z.number(),
    priority,
    maxLostLeases,
    retries: { count: retries, backoff: backoffMs },
    ...(limit === null ? {} : { limit }),
    ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
  })({ x });
}

/** Who decides, as the text of a workflow says it; what is left out is what it is anyway. */
function optionsOf({ name, timeoutMs, policy }: GateExpression): GateOptions {
  const { deciders, quorum, notLauncher, requireComment, remindMs, escalation } = policy;
  return {
    name,
    ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
    ...(deciders === null ? {} : { decidedBy: deciders }),
    ...(quorum === 1 ? {} : { quorum }),
    ...(notLauncher ? { notLauncher } : {}),
    ...(requireComment ? { requireComment } : {}),
    ...(remindMs.length === 0 ? {} : { remind: remindMs }),
    ...(escalation === null ? {} : { escalate: escalateTo(escalation) }),
  };
}

const escalateTo = ({
  to,
  timeoutMs,
}: NonNullable<PlannedPolicy["escalation"]>): NonNullable<GateOptions["escalate"]> => ({
  to,
  ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
});

/** A whole graph as the expression of one task. */
const graphTask = task(
  { name: "sim.graph", input: { parts: z.any(), a: z.number() }, version: "1" },
  ({ parts, a }) =>
    (parts as readonly Expression[]).map((part) => build(part, [a as unknown as Lazy<number>])),
);

export interface Graph {
  /** Each field of the run's value; `a`, the run's argument, is their only variable. */
  readonly parts: readonly Expression[];
  /** Bodies of sub-workflows; they may call those before them. */
  readonly subs: readonly Expression[];
  /** The root is one task that returns all, in place of a workflow. */
  readonly isDynamic: boolean;
}

type Sub = (args: { x: Lazy<number> }) => Lazy<number>;
let subWorkflows: Sub[] = [];
const subWorkflow = (index: number): Sub => subWorkflows[index] as Sub;

/** Defines the workflows of a graph, in place of those of the graph before; gives the name to launch. */
export function define({ subs, parts, isDynamic }: Graph): string {
  subWorkflows = [];
  for (const [index, body] of subs.entries()) subWorkflows.push(defineSub(index, body));
  if (isDynamic) return graphTask.taskName;
  workflow({ name: "sim.main", input: { a: z.number() } }, ({ a }) => parts.map((part) => build(part, [a])));
  return "sim.main";
}

const defineSub = (index: number, body: Expression): Sub =>
  workflow({ name: `sim.sub-${index}`, input: { x: z.number() } }, ({ x }) => build(body, [x])) as Sub;
