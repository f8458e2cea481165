import { decode, mentionsFiles, type Dir, type File, type Template } from "@ligase/sdk/internal";
import type { CallAnswer, Reason } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Store } from "../ports/store.ts";
import { filesIn, type FileSets } from "./file-sets.ts";
import type { ProjectCode, TaskEntry } from "./project-code.ts";
import { fromRowText, hasRowText } from "./stored-text.ts";
import type { TaskSets } from "./task-sets.ts";

export type CheckMode = "proof" | "full" | "none";

/** What the cache says of a call. */
export type Verdict =
  | { readonly kind: "hit"; readonly node: CallAnswer; readonly value: unknown; readonly reason: Reason }
  /** The first result stands; what it is made of must be looked at. */
  | {
      readonly kind: "walk";
      readonly node: CallAnswer;
      /** The run's own record, which the walk completes; that of another run is its own affair (C22). */
      readonly completes: number | null;
      readonly template: Template;
      readonly reason: Reason;
    }
  | { readonly kind: "miss"; readonly reason: Reason }
  /** Files must be read before it can be said; ask again when this resolves. */
  | { readonly kind: "later"; readonly ready: Promise<unknown> };

const CACHED: Reason = { kind: "cached" };
const NOTHING: ReadonlyMap<string, CallAnswer> = new Map();

/** Decides whether a recorded result may answer a call (C8, C9). One per run: what it found of files holds for the run. */
export class Proof {
  readonly #store: Store;
  readonly #files: FileStore;
  readonly #code: ProjectCode;
  readonly #taskSets: TaskSets;
  readonly #fileSets: FileSets;
  readonly #mode: CheckMode;
  readonly #runId: string;
  readonly #resumed: boolean;
  readonly #currentSets = new Map<number, string | null>();
  readonly #currentFiles = new Map<string, boolean | Promise<unknown>>();

  constructor(options: {
    store: Store;
    files: FileStore;
    code: ProjectCode;
    taskSets: TaskSets;
    fileSets: FileSets;
    mode: CheckMode;
    runId: string;
    resumed: boolean;
  }) {
    this.#store = options.store;
    this.#files = options.files;
    this.#code = options.code;
    this.#taskSets = options.taskSets;
    this.#fileSets = options.fileSets;
    this.#mode = options.mode;
    this.#runId = options.runId;
    this.#resumed = options.resumed;
  }

  /** Whether recorded results may answer calls of this run at all. */
  get asks(): boolean {
    return this.#mode !== "none";
  }

  /** The newest recorded answers to these calls, by key. */
  look(
    calls: readonly { readonly entry: TaskEntry; readonly key: string }[],
  ): ReadonlyMap<string, CallAnswer> {
    if (!this.asks) return NOTHING;
    return this.#store.calls.latest(calls.filter(({ entry }) => entry.isCached).map(({ key }) => key));
  }

  /** Whether a recorded answer, if there is one, may answer a call. */
  judge(entry: TaskEntry, key: string, node: CallAnswer | null): Verdict {
    const own = this.#resumed ? this.#store.calls.ofRun(key, this.#runId) : null;
    if (own !== null) return this.#judgeOwn(own);
    if (!entry.isCached || !this.asks) return { kind: "miss", reason: { kind: "uncached" } };
    // A workflow's first result is its template: to check fully is to open it.
    if (this.#mode === "full" && entry.definition.kind === "workflow")
      return { kind: "miss", reason: { kind: "walked" } };
    if (node === null) return { kind: "miss", reason: { kind: "new" } };
    return this.#mode === "full" ? this.#judgeFully(node) : this.#judgeByProof(node);
  }

  /** What this run itself computed before it was interrupted answers whatever its cache mode (R5). */
  #judgeOwn(node: CallAnswer): Verdict {
    if (node.value === null) return this.#walk(node, { kind: "unfinished" }, node.id);
    return this.#answer(node, CACHED);
  }

  #judgeFully(node: CallAnswer): Verdict {
    if (node.first !== null) return this.#walk(node, CACHED);
    return this.#answer(node, CACHED);
  }

  /** C9: the subtree proof; where it fails, the walk goes down from the first result. */
  #judgeByProof(node: CallAnswer): Verdict {
    if (node.value === null) return this.#walk(node, { kind: "unfinished" });
    const changed = this.#changedTask(node.taskSet);
    if (changed !== null) return this.#walk(node, { kind: "below-changed", detail: changed });
    if (node.volatile) return this.#walk(node, { kind: "volatile-below" });
    const observed = node.fileSet === null ? true : this.#areCurrent(this.#fileSets.members(node.fileSet));
    if (observed === true) return this.#answer(node, CACHED);
    if (observed instanceof Promise) return { kind: "later", ready: observed };
    return this.#walk(node, { kind: "file-changed", detail: observed });
  }

  #walk(node: CallAnswer, reason: Reason, completes: number | null = null): Verdict {
    const text = node.first === null ? null : this.#store.calls.getText(node.first);
    if (text === null) return { kind: "miss", reason };
    return { kind: "walk", node, completes, template: decode(text) as Template, reason };
  }

  /** The recorded value, when its own files are what they were. */
  #answer(node: CallAnswer, reason: Reason): Verdict {
    if (node.value === null || !hasRowText(node.value, this.#files))
      return this.#walk(node, { kind: "file-changed", detail: "a stored value" });
    const text = fromRowText(node.value, this.#files);
    const value = decode(text);
    const current = mentionsFiles(text) ? this.#areCurrent(filesIn(value)) : true;
    if (current === true) return { kind: "hit", node, value, reason };
    if (current instanceof Promise) return { kind: "later", ready: current };
    return this.#walk(node, { kind: "file-changed", detail: current });
  }

  /** The name of a task of the set whose code is not the present one, or null. */
  #changedTask(set: number): string | null {
    let changed = this.#currentSets.get(set);
    if (changed === undefined) {
      const tasks = this.#taskSets.members(set).map((id) => this.#store.calls.task(id));
      changed = tasks.find((task) => this.#code.hashOf(task.name) !== task.hash)?.name ?? null;
      this.#currentSets.set(set, changed);
    }
    return changed;
  }

  /** True when all are unchanged, the name of one that is not, or a promise when content must be read first. */
  #areCurrent(files: readonly (File | Dir)[]): true | string | Promise<unknown> {
    for (const file of files) {
      const current = this.#isCurrent(file);
      if (current === false) return file.uri;
      if (current !== true) return current;
    }
    return true;
  }

  #isCurrent(file: File | Dir): boolean | Promise<unknown> {
    const id = `${file.digest} ${file.uri}`;
    let current = this.#currentFiles.get(id);
    if (current === undefined) {
      current =
        this.#files.isCurrentNow(file) ??
        this.#files.isCurrent(file).then((known) => this.#currentFiles.set(id, known));
      this.#currentFiles.set(id, current);
    }
    return current;
  }

  /** What a new result made or remade is current from now on. */
  forget(files: readonly (File | Dir)[]): void {
    for (const file of files) this.#currentFiles.delete(`${file.digest} ${file.uri}`);
  }
}
