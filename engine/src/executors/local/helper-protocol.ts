import type { Usage } from "@ligase/sdk/internal";

/** Asks the helper to run a script. */
export interface StartRequest {
  readonly kind: "start";
  readonly id: string;
  /** Work folder, absolute. */
  readonly folder: string;
  /** The work folder was made already, and holds the staged inputs. */
  readonly folderMade: boolean;
  /** Text of `.ligase/run.sh`. */
  readonly run: string;
  /** Text of `.ligase/command` for a script with an interpreter of its own. */
  readonly command: string | null;
  /** Shell text evaluated in the script's process first and never written to disk. */
  readonly before: string;
  /** Share of the machine it takes; scripts wait until it is free. */
  readonly cpu: number;
  readonly timeoutMs: number | null;
  /** Time between TERM and KILL after a time-out. */
  readonly graceMs: number;
  /** Work files are needed after success; without, the helper removes them at once. */
  readonly keepFiles: boolean;
}

/** Asks the helper to end scripts: TERM, and KILL after the grace. */
export interface CancelRequest {
  readonly kind: "cancel";
  readonly ids: readonly string[];
  readonly graceMs: number;
}

export type HelperRequest = StartRequest | CancelRequest;

export type HelperReport =
  { readonly kind: "started"; readonly id: string; readonly atMs: number } | EndedReport;

export interface EndedReport {
  readonly kind: "ended";
  readonly id: string;
  readonly atMs: number;
  readonly end: ScriptEnd;
  readonly usage: Usage;
}

/** How a script ended: `status` is what the shell gave, above 128 for a signal. */
export type ScriptEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "stopped"; readonly why: StopReason; readonly status: number | null }
  | { readonly kind: "not-started"; readonly reason: string; readonly errno: string | null }
  | { readonly kind: "lost"; readonly reason: string; readonly errno: string | null };

export type StopReason = "cancelled" | "timed-out";

/** Messages as lines of JSON. */
export const encodeLines = (messages: readonly (HelperRequest | HelperReport)[]): string =>
  messages.map((message) => JSON.stringify(message) + "\n").join("");

/** Cuts a stream of text into lines; each chunk gives the lines that it completes. */
export function lineCutter(): (chunk: string) => readonly string[] {
  let pending: string[] = [];
  return (chunk) => {
    const lines = chunk.split("\n");
    const rest = lines.pop() ?? "";
    if (lines.length === 0) {
      pending.push(rest);
      return lines;
    }
    lines[0] = pending.join("") + (lines[0] ?? "");
    pending = rest === "" ? [] : [rest];
    return lines;
  };
}
