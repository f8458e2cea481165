import type { JobError, Operation } from "@ligase/sdk/internal";
import type { Cell, Origin, OpenItem } from "../cell.ts";
import { pathTexts } from "../frame.ts";
import type { Reduction } from "../reduction.ts";
import { getFrom, hasField } from "./data.ts";
import { failWithFirst, frameOf, headOf, wholeOperands } from "./operands.ts";

type GateNode = Extract<Operation, { op: "gate" }>;

/** A gate opens when its value, question and evidence are known; one of an input, unless the input was given. */
export function gate(reduction: Reduction, cell: Cell, node: GateNode): void {
  if (node.given !== undefined && isGiven(reduction, cell, { from: node.given, name: node.name })) return;
  const operands = wholeOperands(reduction, cell, [node.value, node.question, node.evidence]);
  if (operands === null || failWithFirst(reduction, cell, operands)) return;
  const [value, question, evidence] = operands as [Cell, Cell, Cell];
  const { context } = frameOf(cell);
  const [path = node.name, ...otherPaths] = pathTexts(context.path, node.place ?? node.name);
  park(context.item, 1);
  reduction.effects.gates.push({
    id: reduction.request(cell),
    kind: node.kind,
    name: node.name,
    path,
    otherPaths,
    owner: context.owner,
    value: value.value,
    valueOrigin: value.origin,
    question: question.value as string | null,
    evidence: evidence.value as readonly unknown[],
    schema: node.schema,
    policy: node.policy,
    external: node.external ?? null,
  });
}

/** Whether the cell need not be asked for: it stands for the argument, or waits until it is known whether there is one. */
function isGiven(reduction: Reduction, cell: Cell, input: { from: number; name: string }): boolean {
  const args = headOf(reduction, cell, frameOf(cell).at(input.from));
  if (args === null) return true;
  if (!hasField(args, input.name)) return false;
  getFrom(reduction, cell, args, input.name);
  return true;
}

/** The decision, or what came of waiting for it, as the gate's value. */
export function resolveGate(
  reduction: Reduction,
  id: number,
  result: { value: unknown; origin: Origin } | { error: JobError },
): void {
  const cell = reduction.answered(id);
  park(frameOf(cell).context.item, -1);
  if ("error" in result) reduction.setFailed(cell, result.error);
  else reduction.setWhole(cell, result.value, result.origin);
}

/** An item whose gate waits holds no place in the window (C5). */
function park(item: OpenItem | null, change: 1 | -1): void {
  for (let at = item; at !== null; at = at.up) {
    at.gates += change;
    if (change === 1 && at.gates === 1) at.parkedChanged(true);
    if (change === -1 && at.gates === 0) at.parkedChanged(false);
  }
}
