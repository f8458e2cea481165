import type { Shell } from "../authoring/shell.ts";
import type { Dir, File } from "../values/file.ts";
import type { DeckBuilder } from "./deck.ts";

/** The second argument of a task body: what a job knows of itself, and what it can tell while it runs. */
export interface JobContext {
  /** Name of the task. */
  readonly task: string;
  /** Which try of the job this is, from 1. */
  readonly attempt: number;
  /** Aborts when the job is cancelled or its time is up; a body that ends soon after is not killed. */
  readonly abortSignal: AbortSignal;
  /** Work folder of this attempt (absolute path), empty at the start; made when it is first read. */
  readonly folder: string;
  /** Environment that the task's `env` option asks for. */
  readonly env: Readonly<Record<string, string>>;
  /** Lines for the log of this attempt. */
  readonly log: JobLog;
  /** Secrets that the task's `secrets` option names. */
  readonly secrets: Secrets;
  /** A value kept for the next attempt of this job. */
  readonly checkpoint: Checkpoint;
  /** Tells how far the job is, from 0 to 1. Reports that follow each other within 100 ms may be left out. */
  progress(fraction: number, message?: string): void;
  /** The report of that name, shown with the job; made on first use, then added to. Default name: "deck". */
  deck(name?: string): DeckBuilder;
  /**
   * Runs a tool in the work folder under `bash -euo pipefail` (or the command's shebang) and waits for its end. Files in
   * the command are placed in the folder and stand as their local path. Its output goes to log files beside the script
   * in `.ligase/`. When the job is cancelled the tool's process group gets TERM, then KILL. Throws `script-failed`.
   */
  run(command: Shell, options?: ToolOptions): Promise<ToolResult>;
  /** A file that the job wrote, by its path in the work folder. Throws `work-file-missing`, `work-path-outside`. */
  file(path: string): File;
  /** A folder that the job wrote, by its path in the work folder. Throws `work-file-missing`, `work-path-outside`. */
  dir(path: string): Dir;
}

/** Lines for the log of an attempt: `info` to its standard output, the others to its standard error. */
export interface JobLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Secret values by the environment name that the task gives them. */
export interface Secrets {
  /** Throws `secret-not-declared`. */
  get(name: string): string;
}

/** A value that survives a failed attempt. */
export interface Checkpoint {
  /** What an earlier attempt saved last, or undefined. */
  load(): unknown;
  /** Keeps plain data, files and folders for the next attempt in place of what was saved before. */
  save(value: unknown): Promise<void>;
}

/** Options of `ctx.run`. */
export interface ToolOptions {
  /** Environment of the tool beside the job's own; default none. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a tool gave back. */
export interface ToolResult {
  /** Standard output as text without the last line break. Throws `tool-output-too-large` above 64 MiB. */
  readonly stdout: string;
  /** Standard error as text without the last line break. Throws `tool-output-too-large` above 64 MiB. */
  readonly stderr: string;
  /** The whole standard output as a file. */
  readonly stdoutFile: File;
  /** The whole standard error as a file. */
  readonly stderrFile: File;
  readonly wallMs: number;
}
