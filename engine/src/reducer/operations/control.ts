import type { Closure, JobError, Operation } from "@ligase/sdk/internal";
import { errorOf, FAILED, find, isWholeSettled, knownCell, type Cell } from "../cell.ts";
import { misuse } from "../failures.ts";
import { OperandWait, type Reduction } from "../reduction.ts";
import { itemCell, ListParts, listLength } from "../structure.ts";
import { failWithFirst, frameOf, headOf, openClosure, wholeCell, wholeOperands } from "./operands.ts";

type Op<K extends Operation["op"]> = Extract<Operation, { op: K }>;

/** Where a `cond` is: the case whose test is being computed. */
interface Testing {
  readonly index: number;
  readonly test: Cell;
}

export function cond(reduction: Reduction, cell: Cell, node: Op<"cond">): void {
  let testing = (cell.memo as Testing | null) ?? testCase(cell, node, 0);
  while (testing !== null) {
    cell.memo = testing;
    const test = wholeCell(reduction, cell, testing.test);
    if (test === null || failWithFirst(reduction, cell, [test])) return;
    if (typeof test.value !== "boolean") return reduction.setFailed(cell, notBoolean(test.value));
    const chosen = node.cases[testing.index];
    if (test.value && chosen !== undefined) return branch(reduction, cell, chosen.then, testing.index);
    testing = testCase(cell, node, testing.index + 1);
  }
  if (node.otherwise === null) reduction.setWhole(cell, null, null);
  else branch(reduction, cell, node.otherwise, node.cases.length);
}

function notBoolean(value: unknown): JobError {
  return misuse(
    "condition-not-boolean",
    `The condition is ${JSON.stringify(value)}, not true or false.`,
    "Compare with eq, lt, … to get true or false.",
  );
}

function testCase(cell: Cell, node: Op<"cond">, index: number): Testing | null {
  const next = node.cases[index];
  return next === undefined
    ? null
    : { index, test: openClosure(cell, next.when, [], `.if${index + 1}`).result };
}

function branch(reduction: Reduction, cell: Cell, closure: Closure, index: number): void {
  reduction.link(cell, openClosure(cell, closure, [], `.${index + 1}`).result);
}

export function after(reduction: Reduction, cell: Cell, node: Op<"after">): void {
  const waits = wholeOperands(reduction, cell, node.waits);
  if (waits === null || failWithFirst(reduction, cell, waits)) return;
  reduction.link(cell, openClosure(cell, node.body, []).result);
}

export function seq(reduction: Reduction, cell: Cell, node: Op<"seq">): void {
  const frame = frameOf(cell);
  for (let at = (cell.memo as number | null) ?? 0; at < node.items.length; at++) {
    cell.memo = at;
    const item = wholeCell(reduction, cell, frame.at(node.items[at] as number));
    if (item === null || failWithFirst(reduction, cell, [item])) return;
  }
  reduction.setHead(cell, new ListParts(node.items.map((index) => frame.at(index))));
}

export function fail(reduction: Reduction, cell: Cell, node: Op<"fail">): void {
  const message = wholeCell(reduction, cell, frameOf(cell).at(node.message));
  if (message === null || failWithFirst(reduction, cell, [message])) return;
  reduction.setFailed(cell, {
    kind: "user",
    name: "Error",
    code: "failed-by-workflow",
    message: String(message.value),
  });
}

/** `catch` releases nothing before its body is settled to the bottom (C1). */
export function catchOperation(reduction: Reduction, cell: Cell, node: Op<"catch">): void {
  const body = (cell.memo as Cell | null) ?? openClosure(cell, node.body, []).result;
  cell.memo = body;
  const settled = wholeCell(reduction, cell, body, true);
  if (settled === null) return;
  const error = errorOf(settled);
  if (error === null) return reduction.link(cell, settled);
  const handled = node.handlers.findIndex(({ kinds }) => matches(kinds, error));
  const handler = node.handlers[handled];
  if (handler === undefined) return reduction.setFailed(cell, error);
  reduction.effects.handled.push({ owner: frameOf(cell).context.owner, kind: error.kind });
  const value = knownCell(asValue(error), null);
  reduction.link(cell, openClosure(cell, handler.handler, [value], `.handler${handled + 1}`).result);
}

function matches(kinds: readonly string[], error: JobError): boolean {
  if (kinds.length === 0) return error.kind !== "misuse" && error.kind !== "cancelled";
  return kinds.includes(error.kind);
}

/** An error as a handler sees it: what depends on the machine (stack, folders) would make every handling its own call. */
function asValue(error: JobError): Readonly<Record<string, unknown>> {
  const { kind, name, message, code = null, task = null, details = null } = error;
  return { kind, name, message, code, task, details };
}

/** `settle` gives every item as `{ ok, value, error, index }` once all are settled to the bottom (C1). */
export function settle(reduction: Reduction, cell: Cell, node: Op<"settle">): void {
  const items = headOf(reduction, cell, frameOf(cell).at(node.items));
  if (items === null) return;
  const settled = settledItems(reduction, cell, items);
  if (settled === null) return;
  // C9: failed items are tried again in a new run.
  if (settled.some((item) => errorOf(item) !== null))
    reduction.effects.volatile.push(frameOf(cell).context.owner);
  reduction.setWhole(cell, settled.map(settledRecord), {
    kind: "parts",
    keys: null,
    origins: settled.map((item) => item.origin),
  });
}

/** The items of a list, each settled to the bottom whether it failed or not; null until then. */
export function settledItems(reduction: Reduction, cell: Cell, items: Cell): readonly Cell[] | null {
  if (items.status === FAILED) {
    reduction.setFailed(cell, errorOf(items) as never);
    return null;
  }
  const count = listLength(items);
  if (count === null) {
    reduction.setFailed(cell, misuse("operator-not-applicable", "What should be a list is not one."));
    return null;
  }
  if (!isWholeSettled(items)) {
    // The list brings itself to the bottom through its window; its error stops here.
    reduction.waitWhole(items, new OperandWait(reduction, cell, true));
    return null;
  }
  return Array.from({ length: count }, (_, index) => find(itemCell(items, index)));
}

export function settledRecord(item: Cell, index: number): Readonly<Record<string, unknown>> {
  const error = errorOf(item);
  if (error !== null) return { ok: false, value: null, error: { ...asValue(error) }, index };
  return { ok: true, value: item.value, error: null, index };
}

interface Folding {
  index: number;
  state: Cell;
}

export function reduce(reduction: Reduction, cell: Cell, node: Op<"reduce">): void {
  const frame = frameOf(cell);
  const items = headOf(reduction, cell, frame.at(node.items));
  if (items === null) return;
  if (items.status === FAILED) return reduction.setFailed(cell, errorOf(items) as never);
  const count = listLength(items);
  if (count === null)
    return reduction.setFailed(cell, misuse("operator-not-applicable", "reduce needs a list."));
  const folding = (cell.memo ??= { index: 0, state: frame.at(node.initial) }) as Folding;
  for (;;) {
    const state = wholeCell(reduction, cell, folding.state);
    if (state === null || failWithFirst(reduction, cell, [state])) return;
    if (folding.index === count) return reduction.link(cell, state);
    const args = [state, itemCell(items, folding.index), knownCell(folding.index, null)];
    folding.state = openClosure(cell, node.body, args, `[${folding.index}]`).result;
    folding.index++;
  }
}

/** Where a `repeat` is: the round whose step or test is being computed. */
interface Repeating {
  round: number;
  state: Cell;
  test: Cell | null;
  waits: boolean;
}

/** The step always runs once; its result is tested, and it is what the next round gets. */
export function repeat(reduction: Reduction, cell: Cell, node: Op<"repeat">): void {
  const at = (cell.memo ??= firstRound(cell, node)) as Repeating;
  for (;;) {
    if (at.waits) return;
    const state = wholeCell(reduction, cell, at.state);
    if (state === null || failWithFirst(reduction, cell, [state])) return;
    at.test ??= openClosure(cell, node.until, [state, knownCell(at.round, null)], `.until${at.round}`).result;
    const test = wholeCell(reduction, cell, at.test);
    if (test === null || failWithFirst(reduction, cell, [test])) return;
    if (typeof test.value !== "boolean") return reduction.setFailed(cell, notBoolean(test.value));
    if (test.value) return reduction.link(cell, state);
    if (at.round + 1 >= node.maxAttempts) return reduction.setFailed(cell, tooManyRounds(node.maxAttempts));
    if (node.delayMs > 0) {
      at.waits = true;
      reduction.effects.delays.push({ id: reduction.request(cell), delayMs: node.delayMs });
      return;
    }
    nextRound(cell, node, at);
  }
}

function firstRound(cell: Cell, node: Op<"repeat">): Repeating {
  return {
    round: 0,
    state: stepOfRound(cell, node, { before: frameOf(cell).at(node.initial), round: 0 }),
    test: null,
    waits: false,
  };
}

function nextRound(cell: Cell, node: Op<"repeat">, at: Repeating): void {
  at.round++;
  at.state = stepOfRound(cell, node, { before: find(at.state), round: at.round });
  at.test = null;
}

function stepOfRound(
  cell: Cell,
  node: Op<"repeat">,
  { before, round }: { before: Cell; round: number },
): Cell {
  return openClosure(cell, node.body, [before, knownCell(round, null)], `[${round}]`).result;
}

/** The delay between two rounds is over. */
export function resumeRepeat(reduction: Reduction, id: number): void {
  const cell = reduction.answered(id);
  const frame = frameOf(cell);
  const at = cell.memo as Repeating;
  at.waits = false;
  nextRound(cell, frame.node(cell.node) as Op<"repeat">, at);
  reduction.step(cell);
}

function tooManyRounds(limit: number): JobError {
  return {
    kind: "user",
    name: "Error",
    code: "repeat-limit-reached",
    message: `The condition of repeat was not met after ${limit} rounds.`,
  };
}
