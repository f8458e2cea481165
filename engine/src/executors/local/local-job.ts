import { isAbsolute, join, normalize, sep } from "node:path";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import {
  encode,
  type Deck,
  type FailureKind,
  type JobSpec,
  type Outcome,
  type RenderedScript,
  type StagedInput,
  type Usage,
} from "@ligase/sdk/internal";
import type { FileStore } from "../../ports/file-store.ts";
import { exitSignal, scriptError, stepError } from "./failure.ts";
import { holdsPlace, type EndedReport, type StartRequest } from "./helper-protocol.ts";
import { createMasker, maskFile, type Masker } from "./mask.ts";
import {
  collectAtOnce,
  collectOutputs,
  needsWorkFiles,
  pathOutside,
  type OutputsOptions,
} from "./outputs.ts";
import { scriptText, type ScriptText } from "./script-text.ts";
import { LOG_FOLDER, makeWorkFolder, removeWorkFiles } from "./work-folder.ts";

export interface LocalJobOptions {
  readonly spec: JobSpec;
  readonly executor: string;
  readonly files: FileStore;
  readonly graceMs: number;
  /** Of the jobs that may take each other's place; null when it needs none. */
  readonly lane: string | null;
  /** Called once, maybe within `request`; with the time of the end when that is not now. */
  readonly onEnd: (outcome: Outcome, atMs?: number) => void;
  /** Called instead, when it was given back before it started. */
  readonly onReturned: () => void;
}

/** One attempt: inputs are staged, the helper runs the script, outputs are taken. */
export class LocalJob {
  readonly #options: LocalJobOptions;
  readonly #masker: Masker;
  #holdsPlace = false;
  #phase: "staging" | "cancelled" | "returned" | "helper" | "outputs" = "staging";

  constructor(options: LocalJobOptions) {
    this.#options = options;
    this.#masker = createMasker(options.spec.secrets);
  }

  get lane(): string | null {
    return this.#options.lane;
  }

  /** Its script is over, and the helper keeps its place until it is told that its outputs were taken. */
  get holdsPlace(): boolean {
    return this.#holdsPlace;
  }

  /** The helper has it, waiting or running. */
  get isWithHelper(): boolean {
    return this.#phase === "helper";
  }

  /** The request to the helper when it can be made at once, else null: then it comes by `late`, or the job ends. */
  request(late: (request: StartRequest) => void): StartRequest | null {
    const { spec } = this.#options;
    if (spec.work.kind !== "script") {
      this.#fail(
        "misuse",
        new LigaseError("script-expected", { task: spec.task, executor: this.#options.executor }),
      );
      return null;
    }
    const { script } = spec.work;
    const outside = pathOutside(script.outputs);
    if (outside !== null) {
      this.#fail("user", new LigaseError("path-leaves-folder", { path: outside, folder: spec.folder }));
      return null;
    }
    const text = this.#textOf(script);
    if (text === null) return null;
    if (script.inputs.length === 0) return this.#toHelper(script, text);
    void this.#requestStaged(script, text, late);
    return null;
  }

  /** Asks the job to end; tells whether the helper must be asked. Outputs that are being taken are taken. */
  cancel(): "helper" | "self" {
    if (this.#phase === "staging") this.#phase = "cancelled";
    return this.#phase === "helper" ? "helper" : "self";
  }

  /** Asks the job not to start any more; tells whether the helper must be asked. */
  giveBack(): "helper" | "self" {
    if (this.#phase === "staging") this.#phase = "returned";
    return this.#phase === "helper" ? "helper" : "self";
  }

  /** The helper gave it back. */
  returned(): void {
    if (this.#phase !== "helper") return;
    this.#phase = "returned";
    this.#options.onReturned();
  }

  scriptEnded(report: EndedReport): void {
    if (this.#phase !== "helper") return;
    this.#phase = "outputs";
    const usage = { ...report.usage, ...exitUsage(report) };
    const { end } = report;
    const outputs = this.#outputs();
    this.#holdsPlace = holdsPlace({ lane: this.lane, keepFiles: needsWorkFiles(outputs.outputs) }, end);
    if (end.kind !== "exited" || end.status !== 0) void this.#endFailed(report, usage);
    else if (this.#masker.forms.length > 0 || needsWorkFiles(outputs.outputs))
      void this.#endWithOutputs(outputs, usage);
    else this.#endAtOnce(outputs, usage, report.atMs);
  }

  #textOf(script: RenderedScript): ScriptText | null {
    try {
      return scriptText(this.#options.spec, script.command);
    } catch (error) {
      this.#fail("misuse", error);
      return null;
    }
  }

  #toHelper(script: RenderedScript, text: ScriptText): StartRequest {
    const { spec, graceMs } = this.#options;
    this.#phase = "helper";
    return {
      kind: "start",
      id: spec.id,
      lane: this.#options.lane,
      folder: spec.folder,
      folderMade: script.inputs.length > 0,
      ...text,
      cpu: spec.resources.cpu,
      timeoutMs: spec.timeoutMs,
      graceMs,
      keepFiles: needsWorkFiles(script.outputs),
    };
  }

  async #requestStaged(
    script: RenderedScript,
    text: ScriptText,
    late: (request: StartRequest) => void,
  ): Promise<void> {
    const staged = await this.#stageAll(script.inputs);
    if (this.#phase === "cancelled") this.#endCancelled();
    else if (this.#phase === "returned") this.#options.onReturned();
    else if (staged) late(this.#toHelper(script, text));
  }

  /** False when the job ended over it. */
  async #stageAll(inputs: readonly StagedInput[]): Promise<boolean> {
    const { spec } = this.#options;
    const wrong = inputs.find(({ path }) => !isFreePath(path));
    if (wrong !== undefined) {
      this.#fail("misuse", new LigaseError("path-leaves-folder", { path: wrong.path, folder: spec.folder }));
      return false;
    }
    try {
      makeWorkFolder(spec.folder);
      for (const input of inputs) {
        if (this.#phase !== "staging") return false;
        await this.#stage(input);
      }
      return true;
    } catch (error) {
      if (this.#phase === "staging") this.#fail("infrastructure", error);
      return false;
    }
  }

  async #stage({ path, source }: StagedInput): Promise<void> {
    const { spec, files } = this.#options;
    try {
      await files.stage(source, join(spec.folder, path));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LigaseError("input-not-staged", { task: spec.task, path, reason }, { cause });
    }
  }

  #outputs(): OutputsOptions {
    const { spec, files } = this.#options;
    const script = spec.work.kind === "script" ? spec.work.script : null;
    const outputs = script?.outputs ?? { kind: "value" as const, value: null };
    return {
      outputs,
      inputs: script?.inputs ?? [],
      folder: spec.folder,
      task: spec.task,
      files,
      masker: this.#masker,
    };
  }

  #endAtOnce(outputs: OutputsOptions, usage: Usage, atMs: number): void {
    try {
      const found = collectAtOnce(outputs);
      if (found === null) void this.#endWithOutputs(outputs, usage);
      else this.#succeed(found.value, usage, [], atMs);
    } catch (error) {
      this.#fail(outputFault(error), error, usage);
    }
  }

  async #endWithOutputs(outputs: OutputsOptions, usage: Usage): Promise<void> {
    try {
      await this.#maskLogs();
      const { value, decks } = await collectOutputs(outputs);
      await removeWorkFiles(this.#options.spec.folder);
      this.#succeed(value, usage, decks);
    } catch (error) {
      this.#fail(outputFault(error), error, usage);
    }
  }

  async #endFailed({ end }: EndedReport, usage: Usage): Promise<void> {
    const { spec } = this.#options;
    const command = spec.work.kind === "script" ? spec.work.script.command : "";
    try {
      if (end.kind === "exited" || end.kind === "stopped") await this.#maskLogs();
      const error = await scriptError({ spec, command, end, masker: this.#masker });
      this.#options.onEnd({ ok: false, error, usage, decks: [] });
    } catch (error) {
      this.#fail("infrastructure", error, usage);
    }
  }

  async #maskLogs(): Promise<void> {
    for (const log of ["stdout", "stderr"])
      await maskFile(join(this.#options.spec.folder, LOG_FOLDER, log), this.#masker);
  }

  #endCancelled(): void {
    const { spec } = this.#options;
    this.#fail("cancelled", new LigaseError("script-cancelled", { task: spec.task }));
  }

  #succeed(value: unknown, usage: Usage, decks: readonly Deck[], atMs?: number): void {
    const text = encode(value, { locations: true });
    this.#options.onEnd({ ok: true, result: { kind: "value", text }, usage, decks }, atMs);
  }

  #fail(kind: FailureKind, error: unknown, usage: Usage = { wallMs: 0 }): void {
    const { spec } = this.#options;
    this.#options.onEnd({
      ok: false,
      error: stepError({ spec, masker: this.#masker }, kind, error),
      usage,
      decks: [],
    });
  }
}

/** Inputs lie in the work folder, and not where the logs are. */
function isFreePath(path: string): boolean {
  const normal = normalize(path);
  const first = normal.split(sep)[0];
  return (
    path !== "" &&
    !isAbsolute(path) &&
    normal !== "." &&
    first !== ".." &&
    first !== LOG_FOLDER &&
    !path.includes("\0")
  );
}

/** A broken promise of the script is the task's fault, a pattern that is none the workflow's, the rest the machine's. */
function outputFault(error: unknown): FailureKind {
  if (isLigaseError(error)) return "user";
  return error instanceof SyntaxError ? "misuse" : "infrastructure";
}

function exitUsage({ end }: EndedReport): Partial<Usage> {
  if (end.kind !== "exited" && end.kind !== "stopped") return {};
  const signal = exitSignal(end.status);
  return {
    ...(end.status === null ? {} : { exitCode: end.status }),
    ...(signal === null ? {} : { exitSignal: signal }),
  };
}
