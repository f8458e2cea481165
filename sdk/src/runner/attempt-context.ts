import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { renderCommand, type Shell } from "../authoring/shell.ts";
import { decode, encode } from "../values/codec.ts";
import { Dir, File } from "../values/file.ts";
import { DeckFile, type DeckBuilder } from "./deck.ts";
import { identifyFiles, type Identify } from "./identify-files.ts";
import type { Deck, JobSpec } from "./job.ts";
import type { Checkpoint, JobContext, Secrets, ToolOptions, ToolResult } from "./job-context.ts";
import { AttemptLog } from "./job-log.ts";
import { createMask, type Mask } from "./masker.ts";
import { signalGroup } from "./process-group.ts";
import { LigaseError } from "../errors/ligase-error.ts";
import { ToolInputs } from "./tool-inputs.ts";
import { runTool, type GroupWatch } from "./tool-run.ts";

/** What a job tells while it runs. */
export type JobReport =
  | { readonly kind: "progress"; readonly fraction: number; readonly message: string | null }
  | { readonly kind: "checkpoint"; readonly text: string };

/** What the place where jobs run gives to a context. */
export interface JobHost {
  report(report: JobReport): void;
  readonly identify: Identify;
  readonly groups: GroupWatch;
}

/** Why a job is asked to end before its time. */
export type AbortCause = "cancelled" | "timed-out";

/** Least time between two progress reports. */
const PROGRESS_EVERY_MS = 100;
const DEFAULT_GRACE_MS = 5_000;

/** The context of one attempt. Everything in it is made on first use: most light functions touch none of it. */
export class AttemptContext implements JobContext {
  readonly spec: JobSpec;
  readonly #host: JobHost;
  #abortCause: AbortCause | null = null;
  #graceMs = DEFAULT_GRACE_MS;
  #abort: AbortController | undefined;
  #mask: Mask | undefined;
  #log: AttemptLog | undefined;
  #decks: Map<string, DeckFile> | undefined;
  #inputs: ToolInputs | undefined;
  #tools = 0;
  #groups: Set<number> | undefined;
  #hasFolder = false;
  #isClosed = false;
  #progressAtMs = -Infinity;

  constructor(spec: JobSpec, host: JobHost) {
    this.spec = spec;
    this.#host = host;
  }

  get task(): string {
    return this.spec.task;
  }

  get attempt(): number {
    return this.spec.attempt;
  }

  get env(): Readonly<Record<string, string>> {
    return this.spec.env;
  }

  get identify(): Identify {
    return this.#host.identify;
  }

  get mask(): Mask {
    return (this.#mask ??= createMask(this.spec.secrets));
  }

  get log(): AttemptLog {
    return (this.#log ??= new AttemptLog(this.spec.folder, this.mask));
  }

  get abortSignal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#abortCause !== null) this.#abort.abort(this.#abortReason());
    }
    return this.#abort.signal;
  }

  /** Set once the job was asked to end: it then ends so whatever its body does (a part of a result is none). */
  get abortCause(): AbortCause | null {
    return this.#abortCause;
  }

  /** Whether the body left anything in its folder: lines in its log, or files. */
  get wrote(): boolean {
    return this.#hasFolder || this.#log !== undefined;
  }

  get folder(): string {
    if (!this.#hasFolder) {
      mkdirSync(join(this.spec.folder, ".ligase"), { recursive: true });
      this.#hasFolder = true;
    }
    return this.spec.folder;
  }

  get secrets(): Secrets {
    const { secrets, task } = this.spec;
    return {
      get(name) {
        const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
        if (value !== undefined) return value;
        throw new LigaseError("secret-not-declared", {
          task,
          name,
          declared: Object.keys(secrets).join(", "),
        });
      },
    };
  }

  get checkpoint(): Checkpoint {
    const { work } = this.spec;
    const saved = work.kind === "function" ? work.checkpoint : undefined;
    return {
      load: () => (saved === undefined ? undefined : decode(saved)),
      save: async (value) => {
        const text = encode(await identifyFiles(value, this.#host.identify), { locations: true });
        this.#report({ kind: "checkpoint", text });
      },
    };
  }

  progress(fraction: number, message?: string): void {
    const nowMs = performance.now();
    const bounded = Math.min(1, Math.max(0, Number.isNaN(fraction) ? 0 : fraction));
    if (bounded < 1 && nowMs - this.#progressAtMs < PROGRESS_EVERY_MS) return;
    this.#progressAtMs = nowMs;
    this.#report({
      kind: "progress",
      fraction: bounded,
      message: message === undefined ? null : this.mask(message),
    });
  }

  deck(name = "deck"): DeckBuilder {
    this.#decks ??= new Map();
    let deck = this.#decks.get(name);
    if (deck === undefined) {
      deck = new DeckFile({ name, folder: this.folder, mask: this.mask });
      this.#decks.set(name, deck);
    }
    return deck;
  }

  run(command: Shell, options: ToolOptions = {}): Promise<ToolResult> {
    const { folder } = this;
    this.#inputs ??= new ToolInputs(folder);
    const inputs = this.#inputs;
    return runTool({
      task: this.spec.task,
      command: renderCommand(command, (source, staging) => inputs.place(source, staging)),
      folder,
      number: ++this.#tools,
      env: { ...process.env, ...this.#resourceEnv(), ...this.spec.env, ...this.spec.secrets, ...options.env },
      secrets: this.spec.secrets,
      abortSignal: this.abortSignal,
      graceMs: () => this.#graceMs,
      watch: this.#watchGroups(),
    });
  }

  file(path: string): File {
    return File.at(this.#written(path, "file"));
  }

  dir(path: string): Dir {
    return Dir.at(this.#written(path, "folder"));
  }

  /** Asks the body to end; tools it runs get TERM now and KILL after `graceMs`. The first cause counts. */
  abort(cause: AbortCause, graceMs: number): void {
    if (this.#abortCause !== null) return;
    this.#abortCause = cause;
    this.#graceMs = graceMs;
    this.#abort?.abort(this.#abortReason());
  }

  /** Why the job ended, as an error, once it was asked to end. */
  abortError(): LigaseError {
    const { task, timeoutMs } = this.spec;
    if (this.#abortCause === "timed-out")
      return new LigaseError("task-timed-out", { task, timeoutMs: timeoutMs ?? 0 });
    return new LigaseError("task-cancelled", { task });
  }

  /** Frees what the attempt holds, ends tools that nobody waits for, and tells its decks. */
  close(): readonly Deck[] {
    this.#isClosed = true;
    for (const group of this.#groups ?? []) signalGroup(group, "SIGKILL");
    this.#log?.close();
    return this.#decks === undefined ? NO_DECKS : [...this.#decks.values()].map((file) => file.deck);
  }

  /** What a body says after its job has ended has no place left. */
  #report(report: JobReport): void {
    if (!this.#isClosed) this.#host.report(report);
  }

  #watchGroups(): GroupWatch {
    const groups = (this.#groups ??= new Set());
    const { groups: watch } = this.#host;
    return {
      started: (group) => {
        groups.add(group);
        watch.started(group);
      },
      ended: (group) => {
        groups.delete(group);
        watch.ended(group);
      },
    };
  }

  #abortReason(): DOMException {
    return new DOMException(this.abortError().message, "AbortError");
  }

  #resourceEnv(): Readonly<Record<string, string>> {
    const { cpu, memoryBytes, gpu } = this.spec.resources;
    return {
      LIGASE_CPUS: String(cpu),
      LIGASE_MEMORY_MIB: String(Math.floor(memoryBytes / 2 ** 20)),
      LIGASE_GPUS: String(gpu),
    };
  }

  #written(path: string, kind: "file" | "folder"): string {
    const { folder } = this;
    const absolute = resolve(folder, path);
    const inside = relative(folder, absolute);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw new LigaseError("work-path-outside", { path });
    const isThere = existsSync(absolute) && statSync(absolute).isDirectory() === (kind === "folder");
    if (isThere) return absolute;
    const found = readdirSync(folder)
      .filter((name) => name !== ".ligase")
      .slice(0, 20)
      .join(", ");
    throw new LigaseError("work-file-missing", { path, kind, folder, found });
  }
}

const NO_DECKS: readonly Deck[] = [];
