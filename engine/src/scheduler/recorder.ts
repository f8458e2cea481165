import { encode, needsStoredForm, type JobError } from "@ligase/sdk/internal";
import { edgeText } from "../model/edges.ts";
import type { AttemptRecord, DeckRecord } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { JobRow, NewCall, Store } from "../ports/store.ts";
import type { Origin, Source } from "../reducer/cell.ts";
import { toRowText } from "../cache/stored-text.ts";
import type { Job } from "./job.ts";

/** A job's end as it is recorded. */
interface Ended {
  readonly job: Job;
  readonly at: number;
  /** Value in stored form; null for an error or a workflow whose arguments were never all known. */
  readonly text: string | null;
  readonly error: JobError | null;
  /** Call node that answered it, when the cache did. */
  readonly cachedBy: number | null;
}

/**
 * Gathers what a turn of the loop found out, and writes it in one transaction (C17). Nothing waits for it: pure computed
 * work may run ahead of the disk (R9).
 */
export class Recorder {
  readonly #store: Store;
  readonly #files: FileStore;
  readonly #runId: string;
  /** Call nodes by the reducer's numbers, for edges (C11). */
  readonly #nodes: number[] = [];
  #ended: Ended[] = [];
  #firsts: Job[] = [];
  #running = new Set<Job>();
  #attempts: AttemptRecord[] = [];
  #decks: DeckRecord[] = [];
  #freed: string[] = [];
  #moved: { readonly to: "waiting" | "running"; readonly at: number } | null = null;

  constructor(options: { store: Store; files: FileStore; runId: string }) {
    this.#store = options.store;
    this.#files = options.files;
    this.#runId = options.runId;
  }

  ended(ended: Ended): void {
    this.#ended.push(ended);
  }

  /** The first result of a job is known and is an expression (C8). */
  first(job: Job): void {
    this.#firsts.push(job);
  }

  /** A job that is likely to run for longer than a turn gets its row now, so that others can see it. */
  running(job: Job): void {
    this.#running.add(job);
  }

  /** Its job has a row, too: without one another process would give its number, and the attempt with it, to another job. */
  attempt(job: Job, attempt: AttemptRecord): void {
    if (!job.hasRow) this.running(job);
    this.#attempts.push(attempt);
  }

  /** As an attempt. */
  deck(job: Job, deck: DeckRecord): void {
    if (!job.hasRow) this.running(job);
    this.#decks.push(deck);
  }

  /** The run waits for gates and time alone, or goes on. */
  moved(to: "waiting" | "running", at: number): void {
    this.#moved = { to, at };
  }

  /** Records that wait to be written. */
  get size(): number {
    return (
      (this.#moved === null ? 0 : 1) +
      this.#ended.length +
      this.#firsts.length +
      this.#running.size +
      this.#attempts.length +
      this.#decks.length
    );
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Writes what was gathered; inside the caller's transaction. */
  write(): void {
    if (this.#moved !== null) this.#store.runs.move(this.#runId, this.#moved.to, this.#moved.at);
    for (const job of this.#firsts) this.#writeFirst(job);
    for (const ended of this.#ended) this.#writeEnded(ended);
    for (const job of this.#running) if (!hasEnded(job)) this.#writeRunning(job);
    for (const attempt of this.#attempts) this.#store.jobs.putAttempt(attempt);
    for (const deck of this.#decks) this.#store.jobs.putDeck(deck);
    this.#freeClaims();
    this.#moved = null;
    this.#ended = [];
    this.#firsts = [];
    this.#running = new Set();
    this.#attempts = [];
    this.#decks = [];
  }

  /** What was computed answers other runs from now on; what failed they try themselves. */
  #freeClaims(): void {
    const jobs = [...this.#firsts, ...this.#ended.map(({ job }) => job)].filter(({ isClaimed }) => isClaimed);
    if (jobs.length === 0) return;
    const keys = jobs.map(({ key }) => key);
    this.#store.claims.release(this.#runId, keys);
    for (const job of jobs) job.isClaimed = false;
    this.#freed.push(...keys);
  }

  /** Keys that were given free since the last time. */
  takeFreed(): readonly string[] {
    const freed = this.#freed;
    this.#freed = [];
    return freed;
  }

  /** The call node of a call that is finished and written. */
  nodeOf(call: number): number | undefined {
    return this.#nodes[call];
  }

  /** Another call of the run that was answered by the same node. */
  alias(call: number, node: number): void {
    this.#nodes[call] = node;
  }

  #writeFirst(job: Job): void {
    if (job.first === null) return;
    // A form in it asks for its fields in their order.
    const text = encode(job.first.template, { locations: true, asWritten: true });
    this.#store.calls.putText(job.first.hash, text);
    job.node = this.#insertCall(job, null);
    this.#nodes[job.call] = job.node;
    this.#writeRunning(job);
  }

  #writeEnded({ job, at, text, error, cachedBy }: Ended): void {
    let node = cachedBy;
    if (node === null && text !== null) node = this.#finishCall(job, text);
    if (node !== null) this.#nodes[job.call] = node;
    this.#store.jobs.put({
      ...this.#row(job),
      endedAt: at,
      error,
      callNode: node,
      key: node === null ? job.key : null,
    });
  }

  #finishCall(job: Job, text: string): number {
    const value = toRowText(text, this.#files);
    if (job.node === null) return this.#insertCall(job, value);
    const { taskSet, fileSet, volatile } = job;
    this.#store.calls.finish(job.node, { ...this.#columns(job), value, taskSet, fileSet, volatile });
    return job.node;
  }

  #insertCall(job: Job, value: string | null): number {
    return this.#store.calls.insert({
      ...this.#columns(job),
      key: job.key,
      taskId: job.entry.taskId,
      first: job.first?.hash ?? null,
      value,
      taskSet: job.taskSet,
      fileSet: job.fileSet,
      volatile: job.volatile,
      runId: this.#runId,
      job: job.number,
      createdAt: job.queuedAt,
    });
  }

  #columns(job: Job): Pick<NewCall, "args" | "edges" | "valueEdges"> {
    const args = needsStoredForm(job.argsText) ? encode(job.args, { locations: true }) : job.argsText;
    return {
      args: toRowText(args, this.#files),
      edges: this.edgesText(job.origin),
      valueEdges: this.edgesText(job.valueOrigin),
    };
  }

  /** Where a value came from, as its row keeps it; the calls it came from are written before. */
  edgesText(origin: Origin): string | null {
    if (origin === null) return null;
    const texts: string[] = [];
    const parts: Part[] = [];
    this.#writeEdge(origin, "", { texts, parts });
    // Structures may share parts, many times over: each part is told of once.
    const seen = parts.length > 1 ? new Set<Origin>() : null;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (seen?.has(part.origin) === true) continue;
      seen?.add(part.origin);
      this.#writeEdge(part.origin, part.path, { texts, parts });
    }
    return texts.length === 0 ? null : toRowText(`[${texts.join(",")}]`, this.#files);
  }

  /** Writes the edge of a part, or those of its own parts; structures below are left for later. */
  #writeEdge(from: Origin, path: string, to: { texts: string[]; parts: Part[] }): void {
    if (from === null) return;
    if (typeof from === "number") to.texts.push(edgeText(path, this.#nodes[from] ?? null, ""));
    else if (from.kind !== "parts") to.texts.push(edgeText(path, this.#sourceOf(from), from.path));
    else {
      for (let index = 0; index < from.origins.length; index++) {
        const origin = from.origins[index] ?? null;
        if (origin === null) continue;
        const part = from.keys === null ? `${path}[${index}]` : `${path}.${from.keys[index]}`;
        if (typeof origin === "object" && origin.kind === "parts") to.parts.push({ origin, path: part });
        else this.#writeEdge(origin, part, to);
      }
    }
  }

  #sourceOf({ kind, id }: Source): number | string | null {
    switch (kind) {
      case "call":
        return this.#nodes[id] ?? null;
      case "gate":
        return this.#gates.get(id) ?? null;
      case "input":
        return "";
    }
  }

  readonly #gates = new Map<number, string>();

  /** The id of a gate by the reducer's number, for edges. */
  gate(call: number, id: string): void {
    this.#gates.set(call, id);
  }

  #writeRunning(job: Job): void {
    this.#store.jobs.put({ ...this.#row(job), endedAt: null, error: null, callNode: job.node, key: job.key });
  }

  #row(job: Job): Omit<JobRow, "endedAt" | "error" | "callNode" | "key"> {
    job.hasRow = true;
    return {
      runId: this.#runId,
      number: job.number,
      parent: job.parent?.number ?? null,
      task: job.entry.definition.name,
      taskId: job.entry.taskId,
      status: job.status,
      reason: job.reason,
      executor: job.executor?.name ?? null,
      queuedAt: job.queuedAt,
      startedAt: job.startedAt,
    };
  }
}

/** A structure whose edges are to be written. */
interface Part {
  readonly origin: Origin;
  readonly path: string;
}

const hasEnded = ({ status }: Job): boolean =>
  status === "succeeded" || status === "failed" || status === "cached" || status === "cancelled";
