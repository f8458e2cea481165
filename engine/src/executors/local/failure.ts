import { constants } from "node:os";
import { join } from "node:path";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import type { FailureKind, JobError, JobSpec } from "@ligase/sdk/internal";
import type { ScriptEnd } from "./helper-protocol.ts";
import { howToInstall, missingTool } from "../../model/known-tools.ts";
import { logTail } from "./log-tail.ts";
import type { Masker } from "./mask.ts";
import { LOG_FOLDER } from "./work-folder.ts";

/** Exit code of a shell that did not find the command. */
const NOT_FOUND = 127;

/** A script that ended badly, as data. `command` is the command's text. */
export interface FailedScript {
  readonly spec: JobSpec;
  readonly command: string;
  readonly end: ScriptEnd;
  readonly masker: Masker;
}

/** The error of a script that did not end with status 0. Reads the tail of its standard error. */
export async function scriptError(failed: FailedScript): Promise<JobError> {
  const { spec, end } = failed;
  const { task, folder } = spec;
  const noSpace = (): JobError =>
    toJobError(failed, "resource", new LigaseError("script-disk-full", { task, folder }));
  switch (end.kind) {
    case "lost":
      if (isNoSpace(end.errno)) return noSpace();
      return toJobError(
        failed,
        "infrastructure",
        new LigaseError("script-lost", { task, reason: end.reason }),
      );
    case "not-started":
      if (isNoSpace(end.errno)) return noSpace();
      return toJobError(
        failed,
        "infrastructure",
        new LigaseError("script-not-started", { task, folder, reason: end.reason }),
      );
    case "stopped":
    case "exited":
      return await endedError(failed, end);
  }
}

/** An error met while the executor placed inputs or took outputs. */
export function stepError(
  failed: Pick<FailedScript, "spec" | "masker">,
  kind: FailureKind,
  error: unknown,
): JobError {
  const { task, folder } = failed.spec;
  if (isNoSpace(errnoOf(error)))
    return toJobError(
      failed,
      "resource",
      new LigaseError("script-disk-full", { task, folder }, { cause: error }),
    );
  return toJobError(failed, kind, error);
}

export const errnoOf = (error: unknown): string | null => {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code !== undefined && !isLigaseError(at)) return code;
  }
  return null;
};

/** Name of the signal that a shell's exit status above 128 stands for. */
export function exitSignal(status: number | null): NodeJS.Signals | null {
  if (status === null || status <= 128) return null;
  const entry = Object.entries(constants.signals).find(([, number]) => number + 128 === status);
  return entry === undefined ? null : (entry[0] as NodeJS.Signals);
}

const isNoSpace = (errno: string | null): boolean => errno === "ENOSPC" || errno === "EDQUOT";

async function endedError(
  failed: FailedScript,
  end: Extract<ScriptEnd, { kind: "exited" | "stopped" }>,
): Promise<JobError> {
  const { spec, command, masker } = failed;
  const { status } = end;
  const tail = await logTail(join(spec.folder, LOG_FOLDER, "stderr"), masker);
  const signal = exitSignal(status);
  const details = {
    command: masker.mask(command),
    exitCode: status,
    exitSignal: signal,
    stderrTail: tail,
    folder: spec.folder,
  };
  const params = { task: spec.task, program: masker.mask(programOf(command)), tail, folder: spec.folder };
  return { ...toJobError(failed, ...judge(spec, end, { params, signal })), details };
}

interface Judged {
  readonly params: {
    readonly task: string;
    readonly program: string;
    readonly tail: string;
    readonly folder: string;
  };
  readonly signal: NodeJS.Signals | null;
}

/** Whose fault it was. */
function judge(
  spec: JobSpec,
  end: Extract<ScriptEnd, { kind: "exited" | "stopped" }>,
  { params, signal }: Judged,
): readonly [FailureKind, LigaseError] {
  const { task, folder } = spec;
  if (end.kind === "stopped") {
    if (end.why === "cancelled") return ["cancelled", new LigaseError("script-cancelled", { task })];
    return ["resource", new LigaseError("script-timed-out", { ...params, timeoutMs: spec.timeoutMs ?? 0 })];
  }
  if (/No space left on device|Disk quota exceeded/.test(params.tail)) {
    return ["resource", new LigaseError("script-disk-full", { task, folder })];
  }
  if (signal === "SIGKILL") {
    const memoryMiB = Math.floor(spec.resources.memoryBytes / 2 ** 20);
    return ["resource", new LigaseError("script-killed", { ...params, memoryMiB })];
  }
  const tool = end.status === NOT_FOUND ? missingTool(params.tail) : null;
  if (tool !== null)
    return ["user", new LigaseError("tool-not-found", { task, folder, tool, install: howToInstall([tool]) })];
  if (signal !== null)
    return ["user", new LigaseError("script-ended-by-signal", { ...params, exitSignal: signal })];
  return ["user", new LigaseError("script-failed", { ...params, exitCode: end.status })];
}

/** The program that a command begins with, for people. */
function programOf(command: string): string {
  const line = command.split("\n").find((text) => text.trim() !== "" && !/^\s*#(?!!)/.test(text)) ?? "";
  const word =
    line
      .trim()
      .split(/\s+/)
      .find((text) => !/^\w+=/.test(text)) ?? "";
  return word === "" ? "empty command" : word.replace(/^#!/, "");
}

function toJobError(
  { spec, masker }: Pick<FailedScript, "spec" | "masker">,
  kind: FailureKind,
  error: unknown,
): JobError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const about = isLigaseError(error) ? { code: error.code, remedy: masker.mask(error.remedy) } : {};
  return { kind, name, message: masker.mask(message), ...about, task: spec.task };
}
