import { fromRowText, hasRowText } from "../cache/stored-text.ts";
import { decodeEdges, type Edge } from "../model/edges.ts";
import type { CallNodeRecord } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Lineage, LineageDirection, LineageEdge, LineageNode } from "../ports/inspect.ts";
import type { Store } from "../ports/store.ts";
import { updateIndex } from "./search-index.ts";

type LargeTexts = Pick<FileStore, "getText">;
type Into = LineageEdge["into"];

/** Users of one source that are read at a time. */
const PAGE = 1_000;

/** The call graph around a call, breadth first, until `limit` nodes are reached. */
export function lineageOf(
  store: Store,
  files: LargeTexts,
  asked: { readonly call: number; readonly direction: LineageDirection; readonly limit: number },
): Lineage {
  if (asked.direction === "down") updateIndex(store, files);
  const search = new LineageSearch(store, files, asked.limit);
  search.reach(search.callNode(asked.call));
  for (let next = search.next(); next !== null; next = search.next()) {
    if (asked.direction === "down") search.goDown(next);
    else search.goUp(next);
  }
  return search.found;
}

class LineageSearch {
  readonly #store: Store;
  readonly #files: LargeTexts;
  readonly #limit: number;
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges: LineageEdge[] = [];
  #queue: LineageNode[] = [];
  #isWhole = true;

  constructor(store: Store, files: LargeTexts, limit: number) {
    this.#store = store;
    this.#files = files;
    this.#limit = limit;
  }

  get found(): Lineage {
    const edges = this.#edges.filter(({ from, to }) => this.#nodes.has(from) && this.#nodes.has(to));
    return { nodes: [...this.#nodes.values()], edges, isWhole: this.#isWhole };
  }

  next(): LineageNode | null {
    return this.#queue.shift() ?? null;
  }

  reach(node: LineageNode | null): void {
    if (node === null || this.#nodes.has(node.id)) return;
    if (this.#nodes.size >= this.#limit) {
      this.#isWhole = false;
      return;
    }
    this.#nodes.set(node.id, node);
    this.#queue.push(node);
  }

  callNode(call: number): LineageNode | null {
    const record = this.#store.calls.get(call);
    if (record === null) return null;
    const { task, runId, job } = record;
    return { kind: "call", id: String(call), task, run: runId, job };
  }

  /** To the calls, gates and inputs that a call's arguments and value, or the value of a gate, are made of. */
  goUp(node: LineageNode): void {
    for (const [into, edge] of this.#edgesInto(node)) {
      const source = this.#sourceOf(edge, node.run);
      if (source === null) continue;
      this.reach(source);
      this.#edges.push(lineageEdge(source.id, node.id, into, edge));
    }
  }

  #edgesInto(node: LineageNode): readonly (readonly [Into, Edge])[] {
    switch (node.kind) {
      case "call": {
        const call = this.#store.calls.get(Number(node.id));
        return call === null ? [] : this.#edgesOf(call);
      }
      case "gate":
        return this.#read("arguments", this.#store.gates.edges(node.id));
      case "input":
        return [];
    }
  }

  /** To the calls that used what a call or gate gave. */
  goDown(node: LineageNode): void {
    for (let after = 0; this.#nodes.size <= this.#limit;) {
      const users = this.#store.search.users(node.id, after, PAGE);
      for (const user of users) this.#use(node, user);
      if (users.length < PAGE || !this.#isWhole) return;
      after = users.at(-1) ?? after;
    }
  }

  #use(node: LineageNode, user: number): void {
    const call = this.#store.calls.get(user);
    if (call === null) return;
    this.reach(this.callNode(user));
    for (const [into, edge] of this.#edgesOf(call))
      if (sourceId(edge) === node.id) this.#edges.push(lineageEdge(node.id, String(user), into, edge));
  }

  #edgesOf(call: CallNodeRecord): readonly (readonly [Into, Edge])[] {
    return [...this.#read("arguments", call.edges), ...this.#read("value", call.valueEdges)];
  }

  #read(into: Into, row: string | null): readonly (readonly [Into, Edge])[] {
    if (row === null || !hasRowText(row, this.#files)) return [];
    return decodeEdges(fromRowText(row, this.#files)).map((edge) => [into, edge] as const);
  }

  #sourceOf(edge: Edge, run: string): LineageNode | null {
    if (edge.kind === "input") return this.#inputNode(run);
    const id = sourceId(edge);
    if (id === null) return null;
    return this.#nodes.get(id) ?? (edge.kind === "gate" ? this.#gateNode(id) : this.callNode(Number(id)));
  }

  #gateNode(id: string): LineageNode | null {
    const gate = this.#store.gates.get(id);
    if (gate === null) return null;
    return { kind: "gate", id, name: gate.name, run: gate.runId, decision: gate.decision };
  }

  #inputNode(runId: string): LineageNode {
    const id = `input ${runId}`;
    const known = this.#nodes.get(id);
    return known ?? { kind: "input", id, run: runId, user: this.#store.runs.get(runId)?.user ?? "" };
  }
}

const sourceId = ({ source, gate }: Edge): string | null => (source === null ? gate : String(source));

const lineageEdge = (from: string, to: string, into: Into, { path, sourcePath }: Edge): LineageEdge => {
  return { from, to, into, path, sourcePath };
};
