import { closuresOf, findTask, type Operation, type Template } from "@ligase/sdk/internal";

type GateNode = Extract<Operation, { op: "gate" }>;

/** A gate of a workflow's compiled graph. */
export interface CompiledGate {
  readonly node: GateNode;
  /** It has evidence: what it shows is not known before it opens. */
  readonly showsEvidence: boolean;
  /** It may open more than once: in a `map`, a loop, a lambda, or a workflow that is called from several places. */
  readonly isRepeated: boolean;
}

/** The gates that a workflow can reach through templates; empty when its module is not imported here. */
export function compiledGates(workflow: string): readonly CompiledGate[] {
  const found = new Map<GateNode, CompiledGate>();
  const visited = new Map<string, number>();
  const pending = [{ name: workflow, isRepeated: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const definition = findTask(next.name);
    // A second visit tells that what is in it opens more than once; a third tells nothing new.
    const visits = visited.get(next.name) ?? 0;
    if (definition?.kind !== "workflow" || visits === 2) continue;
    visited.set(next.name, visits + 1);
    const isRepeated = next.isRepeated || visits > 0;
    for (const place of placesIn(definition.template, isRepeated)) {
      if (place.node.op === "call") pending.push({ name: place.node.name, isRepeated: place.isRepeated });
      else found.set(place.node, { ...place, node: place.node });
    }
  }
  return [...found.values()];
}

interface Place {
  readonly node: GateNode | Extract<Operation, { op: "call" }>;
  readonly showsEvidence: boolean;
  readonly isRepeated: boolean;
}

/** Gates and workflow calls of a template and its closures. */
function* placesIn(template: Template, isRepeated: boolean): Generator<Place> {
  for (const node of template.nodes) {
    if (node.op === "gate")
      yield { node, isRepeated, showsEvidence: showsEvidence(template.nodes[node.evidence]) };
    else if (node.op === "call" && node.target === "workflow")
      yield { node, isRepeated, showsEvidence: false };
    const repeats = isRepeated || REPEATING.has(node.op);
    for (const closure of closuresOf(node)) yield* placesIn(closure.template, repeats);
  }
}

const REPEATING: ReadonlySet<Operation["op"]> = new Set(["map", "reduce", "repeat", "lambda"]);

function showsEvidence(node: Operation | undefined): boolean {
  return !(node?.op === "value" && Array.isArray(node.value) && node.value.length === 0);
}
