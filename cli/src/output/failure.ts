import type { JobError } from "@ligase/sdk/internal";
import type { Palette } from "./palette.ts";
import { printable, printableLine } from "./visible-text.ts";

export interface FailedJob {
  /** Number in its run, when it is known. */
  readonly job: number | null;
  readonly error: JobError;
}

const MAX_COMMAND_LINES = 12;
const MAX_STDERR_LINES = 15;
const MAX_STACK_LINES = 5;

/** A failure for people: what failed and why; of a script the command, exit code, end of stderr and how to repeat it. */
export function failureLines({ job, error }: FailedJob, palette: Palette): readonly string[] {
  const facts = scriptFacts(error);
  const body = facts === undefined ? functionBody(error, palette) : scriptBody(facts, palette);
  return [
    `${palette.red("✗")} ${headline(subject(job, error), error, facts, palette)}`,
    ...body.map((line) => `  ${line}`),
    ...(error.code === undefined ? [] : [`  ${palette.dim(`docs/errors.md#${error.code}`)}`]),
  ];
}

/** One line about a failure, for plain output and lists. */
export function failureSummary(error: JobError): string {
  return verdict(error, scriptFacts(error));
}

/** What somebody or the time decided at a gate is no failure of the job in which the gate stands. */
function headline(
  failed: string,
  error: JobError,
  facts: ScriptFacts | undefined,
  { bold, dim }: Palette,
): string {
  if (error.kind !== "rejected" && error.kind !== "expired")
    return `${bold(failed)} ${verdict(error, facts)}`;
  return error.task === undefined
    ? bold(verdict(error, facts))
    : `${bold(verdict(error, facts))} ${dim(`(${failed})`)}`;
}

function subject(job: number | null, { task }: JobError): string {
  if (task === undefined) return "The run";
  return job === null ? task : `${task} #${job}`;
}

interface ScriptFacts {
  readonly command: string;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  readonly stderrTail: string;
  readonly folder: string;
}

/** What the error of a script tells beside its message. */
function scriptFacts({ details = {} }: JobError): ScriptFacts | undefined {
  const { command, exitCode, exitSignal, stderrTail, folder } = details;
  if (typeof command !== "string" || typeof folder !== "string") return undefined;
  return {
    command,
    exitCode: typeof exitCode === "number" ? exitCode : null,
    exitSignal: typeof exitSignal === "string" ? exitSignal : null,
    stderrTail: typeof stderrTail === "string" ? stderrTail : "",
    folder,
  };
}

function verdict(error: JobError, facts: ScriptFacts | undefined): string {
  const firstLine = printable(error.message.split("\n")[0] ?? "");
  if (error.kind === "rejected" || error.kind === "expired") return firstLine;
  if (error.code === "script-failed" && facts?.exitCode != null)
    return `failed with exit code ${facts.exitCode}`;
  if (error.code === "script-ended-by-signal" && facts?.exitSignal != null)
    return `was ended by ${facts.exitSignal}`;
  const name =
    error.code !== undefined || error.name === "Error" || error.name === "LigaseError"
      ? ""
      : `${error.name}: `;
  return `failed: ${name}${firstLine}`;
}

function scriptBody(facts: ScriptFacts, palette: Palette): readonly string[] {
  const { command, stderrTail, folder } = facts;
  const stderr = lastLines(stderrTail, MAX_STDERR_LINES);
  return [
    ...labelled("command", firstLines(command, MAX_COMMAND_LINES), palette),
    ...labelled("stderr", stderr.length === 0 ? [palette.dim("nothing")] : stderr, palette),
    ...labelled("folder", [printableLine(folder)], palette),
    ...labelled("by hand", [`cd ${shellWord(folder)} && bash .ligase/run.sh`], palette),
  ];
}

function functionBody({ message, remedy, stack, code }: JobError, palette: Palette): readonly string[] {
  const more = message.split("\n").slice(1).map(printable);
  // Where Ligase itself raised the error the stack says nothing to a user.
  const frames = code === undefined ? userFrames(stack ?? "") : [];
  return [
    ...more,
    ...frames.map((frame) => palette.dim(frame)),
    ...(remedy === undefined ? [] : [printable(remedy)]),
  ];
}

/** The frames of the user's own code. */
function userFrames(stack: string): readonly string[] {
  const frames = stack
    .split("\n")
    .filter(
      (line) =>
        /^\s+at /.test(line) && !/node:|[\\/](?:sdk|engine)[\\/]src[\\/]|[\\/]@ligase[\\/]/.test(line),
    );
  return frames.slice(0, MAX_STACK_LINES).map((line) => printable(line.trim().replace("file://", "")));
}

function labelled(label: string, lines: readonly string[], palette: Palette): readonly string[] {
  return lines.map((line, index) => `${palette.dim((index === 0 ? label : "").padEnd(9))}${line}`);
}

function firstLines(text: string, count: number): readonly string[] {
  const lines = withoutIndent(
    text
      .replace(/^\s*\n/, "")
      .trimEnd()
      .split("\n"),
  );
  const shown = lines.slice(0, count).map(printable);
  return lines.length > count ? [...shown, `… ${lines.length - count} more lines`] : shown;
}

function lastLines(text: string, count: number): readonly string[] {
  const all = text.trimEnd();
  return all === ""
    ? []
    : all
        .split(/\r?\n|\r/)
        .slice(-count)
        .map(printable);
}

/** A command written inside code is indented as a whole, its first line maybe not: that one may begin after the quote. */
function withoutIndent(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const [first = 0, ...others] = indents;
  const common = Math.min(...(first === 0 && others.length > 0 ? others : indents), Infinity);
  return lines.map((line) => line.slice(Math.min(common, /^ */.exec(line)?.[0].length ?? 0)));
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
