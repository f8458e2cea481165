import type { Template } from "../graph/template.ts";
import type { RenderedScript } from "../authoring/rendered-script.ts";

/**
 * Whose fault a failure is (design section 5): `user` the task itself, `resource` out of memory, time or disk,
 * `infrastructure` a lost node or process, `rejected` and `expired` a gate, `misuse` a mistake in the workflow,
 * `cancelled` asked for.
 */
export type FailureKind =
  "user" | "resource" | "infrastructure" | "rejected" | "expired" | "misuse" | "cancelled";

/** An error as data: it crosses processes, is stored with the job, and is what the handler of `catchError` gets. */
export interface JobError {
  readonly kind: FailureKind;
  /** Name of the error class, `Error` for a plain one. */
  readonly name: string;
  readonly message: string;
  /** Permanent code, when Ligase raised it. */
  readonly code?: string;
  readonly remedy?: string;
  readonly stack?: string;
  /** Name of the task that failed. */
  readonly task?: string;
  /** Facts of a failed script: command, exit code, tail of stderr, work folder. Of a gate: who, when, comment. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a job gave: a value in stored form, or an expression that is reduced in its place. */
export type JobResult =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "expression"; readonly template: Template };

/** What an attempt used. Absent figures are unknown, not zero. */
export interface Usage {
  readonly wallMs: number;
  readonly cpuMs?: number;
  readonly peakMemoryBytes?: number;
  /** Exact when a cgroup or the system's accounting gave the peak; `sampled` misses short peaks. */
  readonly memorySource?: "cgroup" | "rusage" | "sampled";
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  readonly exitCode?: number;
  readonly exitSignal?: string;
}

/** Resources asked for, resolved to numbers. */
export interface Resources {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly gpu: number;
  readonly diskBytes: number;
}

/** One attempt of a job as an executor gets it: data only. */
export interface JobSpec {
  /** Submission key: a hash of run, job key and attempt; equal after a power cut (C18). */
  readonly id: string;
  readonly task: string;
  /** From 1. */
  readonly attempt: number;
  readonly work: JobWork;
  readonly resources: Resources;
  /** Wall time allowed, or null for no limit. */
  readonly timeoutMs: number | null;
  /** Folder of this attempt (absolute; made by the executor when it needs it): work files, and `.ligase/` for logs. */
  readonly folder: string;
  /** Environment that the task asks for; part of the key. */
  readonly env: Readonly<Record<string, string>>;
  /** Secret values by environment name; never stored, masked in logs and errors. */
  readonly secrets: Readonly<Record<string, string>>;
}

export type JobWork =
  | {
      readonly kind: "function";
      /** Arguments in stored form, bound to the schema. */
      readonly argsText: string;
      /** Value of the checkpoint that an earlier attempt saved, in stored form. */
      readonly checkpoint?: string;
    }
  | { readonly kind: "script"; readonly script: RenderedScript };

/** How an attempt ended. */
export type Outcome =
  | {
      readonly ok: true;
      readonly result: JobResult;
      readonly usage: Usage;
      readonly decks: readonly Deck[];
      /** A function wrote to its log or work folder: there is something to look at. */
      readonly wrote?: true;
    }
  | { readonly ok: false; readonly error: JobError; readonly usage: Usage; readonly decks: readonly Deck[] };

/** A report attached to a job. The bytes are in the attempt's folder until the engine moves them into the file store. */
export interface Deck {
  readonly name: string;
  /** `text/html` always: what else a deck is made of was rendered when it was written. */
  readonly mediaType: "text/html";
  readonly path: string;
}
