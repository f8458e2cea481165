import type { Usage } from "@ligase/sdk/internal";
import type { ScriptMeans } from "./script-text.ts";

/** Asks the helper to run a script. */
export interface StartRequest {
  readonly kind: "start";
  readonly id: string;
  /** Lane whose place it needs; null when none. */
  readonly lane: string | null;
  /** Work folder, absolute. */
  readonly folder: string;
  /** The work folder was made already, and holds the staged inputs. */
  readonly folderMade: boolean;
  /** Text of `.ligase/run.sh`. */
  readonly run: string;
  /** Text of `.ligase/command` for a script with an interpreter of its own. */
  readonly command: string | null;
  /** Shell text evaluated in the script's process first and never written to disk. ASCII, without line breaks. */
  readonly before: string;
  readonly by: ScriptMeans;
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

/** Says how many scripts of a lane may run at once from now on. */
export interface PlacesRequest {
  readonly kind: "places";
  readonly lane: string;
  readonly count: number;
}

/** Says that the outputs of a script were taken: it has kept its place until now. See `holdsPlace`. */
export interface FreePlaceRequest {
  readonly kind: "free-place";
  readonly id: string;
}

/** Asks for scripts back that have not started; `returned` is told of each, and they do not start. */
export interface TakeBackRequest {
  readonly kind: "take-back";
  readonly ids: readonly string[];
}

export type HelperRequest = StartRequest | CancelRequest | PlacesRequest | FreePlaceRequest | TakeBackRequest;

export type HelperReport =
  | { readonly kind: "started"; readonly id: string; readonly atMs: number }
  | { readonly kind: "returned"; readonly id: string }
  | EndedReport;

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

/** Whether a script that ended keeps its place in its lane until its outputs were taken: R7 counts their disk space. */
export const holdsPlace = (
  { lane, keepFiles }: Pick<StartRequest, "lane" | "keepFiles">,
  end: ScriptEnd,
): boolean => lane !== null && keepFiles && end.kind === "exited" && end.status === 0;

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
