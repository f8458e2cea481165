import { closuresOf, findTask, type Operation } from "@ligase/sdk/internal";
import { knownValue, StaticFrame, type Known } from "./static-frame.ts";

type GateNode = Extract<Operation, { op: "gate" }>;

/** A gate of a workflow's compiled graph. */
export interface CompiledGate {
  readonly node: GateNode;
  /** It has evidence: what it shows is not known before it opens. */
  readonly showsEvidence: boolean;
  /** It may open more than once: in a `map`, a loop, a lambda, or a workflow that is called from several places. */
  readonly isRepeated: boolean;
}

/**
 * The gates that a run of a workflow can reach through templates, but those of inputs that are given; empty when its
 * module is not imported here.
 */
export function compiledGates(workflow: {
  readonly name: string;
  readonly args: unknown;
}): readonly CompiledGate[] {
  const found = new Map<GateNode, CompiledGate>();
  const visited = new Map<string, number>();
  const pending: Call[] = [{ name: workflow.name, args: knownValue(workflow.args), isRepeated: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const definition = findTask(next.name);
    if (definition?.kind !== "workflow") continue;
    const frame = new StaticFrame(definition.template, [next.args]);
    // A second visit tells that what is in it opens more than once; a third tells nothing new.
    const visits = visited.get(visitOf(next.name, frame)) ?? 0;
    if (visits === 2) continue;
    visited.set(visitOf(next.name, frame), visits + 1);
    for (const place of placesIn(frame, next.isRepeated)) {
      if ("args" in place) pending.push(place);
      else found.set(place.node, { ...place, isRepeated: place.isRepeated || found.has(place.node) });
    }
  }
  return [...found.values()];
}

/** A call of a workflow. */
interface Call {
  readonly name: string;
  readonly args: Known;
  readonly isRepeated: boolean;
}

/** A workflow, and which of its inputs are not given. */
function visitOf(name: string, frame: StaticFrame): string {
  const awaited = frame.template.nodes.flatMap((node) =>
    node.op === "gate" && node.given !== undefined && !frame.isGiven(node) ? [node.name] : [],
  );
  return JSON.stringify([name, awaited]);
}

/** Gates and workflow calls of a template and its closures. */
function* placesIn(frame: StaticFrame, isRepeated: boolean): Generator<CompiledGate | Call> {
  const { nodes } = frame.template;
  for (const node of nodes) {
    if (node.op === "gate" && !frame.isGiven(node))
      yield { node, isRepeated, showsEvidence: showsEvidence(nodes[node.evidence]) };
    else if (node.op === "call" && node.target === "workflow")
      yield { name: node.name, args: frame.at(node.args), isRepeated };
    const repeats = isRepeated || REPEATING.has(node.op);
    for (const closure of closuresOf(node)) {
      const own = closure.template.params - closure.captures.length;
      yield* placesIn(
        frame.inside(
          closure,
          Array.from({ length: own }, () => null),
        ),
        repeats,
      );
    }
  }
}

const REPEATING: ReadonlySet<Operation["op"]> = new Set(["map", "reduce", "repeat", "lambda"]);

/** Whether there is something to look at, by the node that lists it. */
export function showsEvidence(node: Operation | undefined): boolean {
  return !(node?.op === "value" && Array.isArray(node.value) && node.value.length === 0);
}
