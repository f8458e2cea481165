import { findTask, type Closure, type TemplateNode } from "@ligase/sdk/internal";
import { itemNames } from "../reducer/map-list.ts";
import { stepName } from "../reducer/operations/operands.ts";
import { showsEvidence, type CompiledGate } from "./compiled-gates.ts";
import { knownValue, StaticFrame, type Known } from "./static-frame.ts";

/** The gates that may open at a path of a run. */
export interface GatesAtPath {
  readonly gates: readonly CompiledGate[];
  /** A step of the path is decided only while the run goes on: a lambda, or a graph too wide to look through. */
  readonly isOpen: boolean;
}

/** Frames that are looked at for one path. */
const MOST_FRAMES = 10_000;

/** Looks for a path, without the run's name in front, in the compiled graph of a workflow (C24). */
export function gatesAtPath(
  workflow: { readonly name: string; readonly args: unknown },
  path: string,
): GatesAtPath {
  const search = new PathSearch();
  search.workflow(workflow.name, knownValue(workflow.args), path);
  return search;
}

class PathSearch implements GatesAtPath {
  readonly gates: CompiledGate[] = [];
  isOpen = false;
  #left = MOST_FRAMES;

  /** What is in a workflow that was called: `rest` is the path below it. */
  workflow(name: string, args: Known, rest: string): void {
    const definition = findTask(name);
    if (definition?.kind === "workflow") this.#look(new StaticFrame(definition.template, [args]), rest);
    else this.isOpen = true;
  }

  #look(frame: StaticFrame, rest: string): void {
    if (this.#left-- <= 0) {
      this.isOpen = true;
      return;
    }
    const { nodes } = frame.template;
    for (const [index, node] of nodes.entries()) {
      if (node.op === "gate") {
        if ((node.place ?? node.name) === rest && !frame.isGiven(node))
          this.gates.push({ node, isRepeated: false, showsEvidence: showsEvidence(nodes[node.evidence]) });
      } else if (rest.startsWith(node.label ?? node.op)) {
        const step = stepName({ node: (at) => nodes[at] as TemplateNode }, index);
        if (rest.startsWith(step)) this.#enter(frame, node, rest.slice(step.length));
      }
    }
  }

  /** Goes on below a node; `rest` begins with what its step has beside the name. */
  #enter(frame: StaticFrame, node: TemplateNode, rest: string): void {
    const below = (
      prefix: string | undefined,
      closure: Closure | null,
      params: readonly Known[] = [],
    ): void => {
      if (prefix !== undefined && closure !== null && rest.startsWith(`${prefix}/`))
        this.#look(frame.inside(closure, params), rest.slice(prefix.length + 1));
    };
    switch (node.op) {
      case "call":
        if (node.target === "workflow" && rest.startsWith("/"))
          this.workflow(node.name, frame.at(node.args), rest.slice(1));
        return;
      case "apply":
        this.isOpen ||= rest.startsWith("/");
        return;
      case "map":
        for (const [name, params] of itemsOf(frame.at(node.items), rest))
          below(`[${name}]`, node.body, params);
        return;
      case "reduce":
        return below(/^\[\d+\]/.exec(rest)?.[0], node.body, [null, null, null]);
      case "repeat":
        below(/^\[\d+\]/.exec(rest)?.[0], node.body, [null, null]);
        return below(/^\.until\d+/.exec(rest)?.[0], node.until, [null, null]);
      case "cond":
        for (const [index, { when, then }] of node.cases.entries()) {
          below(`.if${index + 1}`, when);
          below(`.${index + 1}`, then);
        }
        return below(`.${node.cases.length + 1}`, node.otherwise);
      case "catch":
        below("", node.body);
        for (const [index, { handler }] of node.handlers.entries())
          below(`.handler${index + 1}`, handler, [null]);
        return;
      case "after":
        return below("", node.body);
      default:
        return;
    }
  }
}

/** Items of a list with what the body of a `map` gets: by their names where they are known, else by any name. */
function* itemsOf(list: Known, rest: string): Generator<readonly [name: string, params: readonly Known[]]> {
  if (list?.kind === "list") {
    for (const [index, item] of list.items.entries()) yield [`#${index}`, [item, knownValue(index)]];
  } else if (list?.kind === "value" && Array.isArray(list.value)) {
    const names = itemNames(list.value);
    for (const [index, name] of names.entries())
      yield [name, [knownValue(list.value[index]), knownValue(index)]];
  } else if (rest.startsWith("[")) {
    // A name may have brackets in it.
    for (let end = rest.indexOf("]/"); end > 0; end = rest.indexOf("]/", end + 1))
      yield [rest.slice(1, end), [null, null]];
  }
}
