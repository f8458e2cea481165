import {
  callableFields,
  isCallable,
  type CallableFields,
  type Operation,
  type Placement,
  type Template,
} from "@ligase/sdk/internal";
import {
  errorOf,
  FAILED,
  find,
  HEAD,
  headCell,
  knownCell,
  WHOLE,
  type Cell,
  type Frame,
  type OpenedWorkflow,
  type Origin,
  type Waiter,
} from "../cell.ts";
import { misuse } from "../failures.ts";
import { OpenFrame } from "../frame.ts";
import type { Reduction } from "../reduction.ts";
import { CallableParts, RecordParts } from "../structure.ts";
import { settleQuietly } from "./data.ts";
import { areSameArguments } from "../same-arguments.ts";
import { failCycle } from "../wait-graph.ts";
import { frameOf, headOf, stepOf, wholeCell } from "./operands.ts";

type Op<K extends Operation["op"]> = Extract<Operation, { op: K }>;

interface Callee {
  readonly target: "task" | "workflow";
  readonly name: string;
  readonly placement?: Placement | undefined;
}

export function call(reduction: Reduction, cell: Cell, node: Op<"call">): void {
  start(reduction, cell, node, frameOf(cell).at(node.args));
}

function start(reduction: Reduction, cell: Cell, callee: Callee, args: Cell): void {
  const known = settleQuietly(reduction, args);
  if (callee.target === "workflow") {
    // C2: a workflow opens at once; C21: one that can reach a gate is never shared.
    if (!known || reduction.program.reachesGate(callee.name, find(args).value))
      enterWorkflow(reduction, cell, callee.name, args);
    else ask(reduction, cell, callee, find(args));
    return;
  }
  const settled = wholeCell(reduction, cell, args);
  if (settled === null) {
    cell.memo = { callee, args } satisfies Started;
    return;
  }
  const error = errorOf(settled);
  if (error !== null) reduction.setFailed(cell, error);
  else ask(reduction, cell, callee, settled);
}

/** A call that waits for its arguments. */
interface Started {
  readonly callee: Callee;
  readonly args: Cell;
}

function ask(reduction: Reduction, cell: Cell, callee: Callee, args: Cell): void {
  const { context } = frameOf(cell);
  const id = reduction.request(cell);
  reduction.pending.set(id, cell);
  reduction.effects.calls.push({
    id,
    target: callee.target,
    name: callee.name,
    args: args.value,
    origin: args.origin,
    placement: callee.placement,
    owner: context.owner,
    limiter: context.limiter,
  });
}

/** Opens a workflow in its caller's place, with its arguments pending or known. */
function enterWorkflow(reduction: Reduction, cell: Cell, name: string, args: Cell): void {
  const { context } = frameOf(cell);
  const cycle = cycleThrough(context.opened, name, args);
  if (cycle !== null) return failCycle(reduction, cell, cycle);
  const id = reduction.nextId();
  reduction.effects.entered.push({ id, name, owner: context.owner });
  const frame = new OpenFrame(reduction.program.workflow(name), [args], {
    ...context,
    owner: id,
    path: stepOf(cell),
    opened: { name, args, up: context.opened },
  });
  reduction.watchWhole(frame.result, new SettledWatch(reduction, id, frame.result, args));
  reduction.link(cell, frame.result);
}

/** Workflows around a call that are looked at for one that is the same call. */
const LOOKED_AT = 32;

/** The names of the workflows from an equal call around this one down to it; null when there is none (C4). */
function cycleThrough(opened: OpenedWorkflow | null, name: string, args: Cell): readonly string[] | null {
  const between: string[] = [];
  for (let at = opened; at !== null && between.length < LOOKED_AT; at = at.up) {
    if (at.name === name && areSameArguments(at.args, args)) return [name, ...between.toReversed()];
    between.push(at.name);
  }
  return null;
}

/** Opens what a job returned, or the template of a workflow that no earlier run answers, in the place of its call. */
export function expandCall(
  reduction: Reduction,
  id: number,
  frame: { template: Frame["template"]; args: readonly Cell[]; whole: boolean },
): void {
  const cell = reduction.answered(id);
  const { context } = frameOf(cell);
  const step = frame.whole ? null : stepOf(cell);
  const opened = new OpenFrame(frame.template, frame.args, { ...context, owner: id, path: step });
  const watch = new SettledWatch(reduction, id, opened.result, null);
  // A task's value is a value: it is brought to the bottom. A workflow's parts are reduced by need (C2).
  if (frame.whole) reduction.waitWhole(opened.result, watch);
  else reduction.watchWhole(opened.result, watch);
  reduction.link(cell, opened.result);
}

/** Tells the outside when a call's value is known to the bottom. */
class SettledWatch implements Waiter {
  readonly dependent = null;
  readonly barrier = true;
  readonly first = true;
  readonly #reduction: Reduction;
  readonly #id: number;
  readonly #result: Cell;
  readonly #args: Cell | null;

  constructor(reduction: Reduction, id: number, result: Cell, args: Cell | null) {
    this.#reduction = reduction;
    this.#id = id;
    this.#result = result;
    this.#args = args;
  }

  wake(): void {
    const settled = find(this.#result);
    const error = errorOf(settled);
    const result = error === null ? { value: settled.value, origin: settled.origin } : { error };
    const args = this.#knownArgs();
    // From here on the value is the call's: what it is made of is told once, by the call (C11).
    if (isComposite(settled.origin) && (this.#args === null || args.args !== undefined))
      settled.origin = this.#id;
    this.#reduction.pending.delete(this.#id);
    this.#reduction.effects.settled.push({ id: this.#id, result, ...args });
  }

  #knownArgs(): { args?: { value: unknown; origin: Cell["origin"] } } {
    if (this.#args === null) return {};
    // Arguments that nobody needed are not computed for the record's sake.
    if (!settleQuietly(this.#reduction, this.#args)) return {};
    const args = find(this.#args);
    return { args: { value: args.value, origin: args.origin } };
  }
}

const isComposite = (origin: Origin): boolean =>
  typeof origin === "object" && origin !== null && origin.kind === "parts";

export function apply(reduction: Reduction, cell: Cell, node: Op<"apply">): void {
  if (cell.memo !== null) return resume(reduction, cell);
  const callee = headOf(reduction, cell, frameOf(cell).at(node.callee));
  if (callee === null) return;
  if (callee.status === FAILED) return reduction.setFailed(cell, errorOf(callee) as never);
  const frame = frameOf(cell);
  applyTo(
    reduction,
    cell,
    callee,
    node.args.map((index) => frame.at(index)),
  );
}

function resume(reduction: Reduction, cell: Cell): void {
  const started = cell.memo as Started;
  start(reduction, cell, started.callee, started.args);
}

function applyTo(reduction: Reduction, cell: Cell, callee: Cell, args: readonly Cell[]): void {
  if (callee.status === WHOLE) {
    if (!isCallable(callee.value))
      return reduction.setFailed(
        cell,
        misuse("operator-not-applicable", "What is called is not a task or lambda."),
      );
    return applyKnown(reduction, cell, callableFields(callee.value), args);
  }
  const parts = callee.structure;
  if (!(parts instanceof CallableParts))
    return reduction.setFailed(
      cell,
      misuse("operator-not-applicable", "What is called is not a task or lambda."),
    );
  if (parts.template !== null)
    return openLambda(reduction, cell, { template: parts.template, captures: parts.cells }, args);
  applyPartial(reduction, cell, parts, args);
}

function applyKnown(reduction: Reduction, cell: Cell, fields: CallableFields, args: readonly Cell[]): void {
  if (fields.kind === "lambda") {
    const captures = fields.captures.map((item) => knownCell(item, null));
    return openLambda(reduction, cell, { template: fields.template as Template, captures }, args);
  }
  const bound = Object.entries(fields.bound ?? {}).map(
    ([key, item]) => [key, knownCell(item, null)] as const,
  );
  begin(reduction, cell, { target: fields.kind, name: fields.name }, { bound, more: args[0] });
}

/** A partial keeps its bound arguments as they are until it is called (conformance 10). */
function applyPartial(reduction: Reduction, cell: Cell, parts: CallableParts, args: readonly Cell[]): void {
  const callee = headOf(reduction, cell, parts.cells[0] as Cell);
  if (callee === null) return;
  // One at a time: a cell that waits for two would be woken twice, and would ask for its call twice.
  const bound = headOf(reduction, cell, parts.cells[1] as Cell);
  if (bound === null) return;
  for (const part of [callee, bound])
    if (part.status === FAILED) return reduction.setFailed(cell, errorOf(part) as never);
  const fields = callee.status === WHOLE && isCallable(callee.value) ? callableFields(callee.value) : null;
  if (fields === null || fields.kind === "lambda") {
    return reduction.setFailed(
      cell,
      misuse("operator-not-applicable", "Only a task or workflow can have arguments bound."),
    );
  }
  const before = Object.entries(fields.bound ?? {}).map(
    ([key, item]) => [key, knownCell(item, null)] as const,
  );
  const given = { bound: [...before, ...fieldsOf(bound)], more: args[0] };
  begin(reduction, cell, { target: fields.kind, name: fields.name }, given);
}

function begin(
  reduction: Reduction,
  cell: Cell,
  callee: Callee,
  { bound, more }: { readonly bound: readonly (readonly [string, Cell])[]; readonly more: Cell | undefined },
): void {
  const given = more === undefined ? null : headOf(reduction, cell, more);
  if (more !== undefined && given === null) return;
  if (given?.status === FAILED) return reduction.setFailed(cell, errorOf(given) as never);
  const all = new Map([...bound, ...(given === null ? [] : fieldsOf(given))]);
  const args = headCell(new RecordParts([...all.keys()], [...all.values()]));
  cell.memo = { callee, args } satisfies Started;
  start(reduction, cell, callee, args);
}

function fieldsOf(record: Cell): readonly (readonly [string, Cell])[] {
  if (record.status === HEAD && record.structure instanceof RecordParts) {
    const { keys, cells } = record.structure;
    return keys.map((key, index) => [key, cells[index] as Cell] as const);
  }
  return Object.entries(record.value as Record<string, unknown>).map(
    ([key, item]) => [key, knownCell(item, null)] as const,
  );
}

function openLambda(
  reduction: Reduction,
  cell: Cell,
  { template, captures }: { readonly template: Frame["template"]; readonly captures: readonly Cell[] },
  args: readonly Cell[],
): void {
  const own = template.params - captures.length;
  const given = Array.from({ length: own }, (_, index) => args[index] ?? knownCell(null, null));
  const frame = new OpenFrame(template, [...given, ...captures], {
    ...frameOf(cell).context,
    path: stepOf(cell),
  });
  reduction.link(cell, frame.result);
}

export function lambda(reduction: Reduction, cell: Cell, node: Op<"lambda">): void {
  const frame = frameOf(cell);
  reduction.setHead(
    cell,
    new CallableParts(
      node.closure.template,
      node.closure.captures.map((index) => frame.at(index)),
    ),
  );
}

export function partial(reduction: Reduction, cell: Cell, node: Op<"partial">): void {
  const frame = frameOf(cell);
  reduction.setHead(cell, new CallableParts(null, [frame.at(node.callee), frame.at(node.args)]));
}
