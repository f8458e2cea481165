import { LigaseError } from "@ligase/sdk";
import type { JobSpec } from "@ligase/sdk/internal";

/** What of a job goes to disk and what only to the script's process. */
export interface ScriptText {
  /** `.ligase/run.sh`: `bash .ligase/run.sh` in the work folder repeats the attempt, but for secrets. */
  readonly run: string;
  /** `.ligase/command` when the command names its own interpreter. */
  readonly command: string | null;
  /** Shell text with the secrets, evaluated in the script's process. ASCII, without line breaks. */
  readonly before: string;
  /** How a warm shell runs it. */
  readonly by: ScriptMeans;
}

/**
 * `text`: a fork of the warm shell evaluates it, and the file is written only when somebody may look at it. `file`: the fork
 * reads the file. `own-shell`: a bash of its own does.
 */
export type ScriptMeans = "text" | "file" | "own-shell";

/**
 * Writes a job's script as shell text. The command stands in a file as it is, in no here-document, so nothing in it can
 * end it early. Throws `environment-name-not-valid`.
 */
export function scriptText(spec: JobSpec, command: string): ScriptText {
  const body = dedent(command);
  const ownInterpreter = body.startsWith("#!");
  const run = [
    "# Repeats this attempt: run it with bash in the work folder.",
    ...environment(spec).map(([name, value]) => `export ${name}=${value}`),
    ownInterpreter ? 'exec "$PWD/.ligase/command"' : `set -euo pipefail\n${body}`,
    "",
  ].join("\n");
  return {
    run,
    command: ownInterpreter ? body : null,
    before: checked(spec, spec.secrets)
      .map(([name, value]) => `export ${name}=${quoteAscii(value)}; `)
      .join(""),
    by: ownInterpreter ? "file" : meansFor(run, body),
  };
}

/** The text without the indentation that all its lines share, and without blank lines around it. */
export function dedent(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd()
    .split("\n");
  const filled = lines.filter((line) => line.trim() !== "");
  const shared = filled.reduce(
    (prefix, line) => commonPrefix(prefix, line),
    /^[ \t]*/.exec(filled[0] ?? "")?.[0] ?? "",
  );
  return lines
    .map((line) => (line.startsWith(shared) ? line.slice(shared.length) : line.trimStart()))
    .join("\n");
}

function commonPrefix(prefix: string, line: string): string {
  let length = 0;
  while (length < prefix.length && prefix[length] === line[length]) length++;
  return prefix.slice(0, length);
}

function environment(spec: JobSpec): readonly (readonly [name: string, value: string])[] {
  const { cpu, memoryBytes } = spec.resources;
  const own = {
    LIGASE_CPUS: String(Math.max(1, Math.floor(cpu))),
    LIGASE_MEMORY_MIB: String(Math.floor(memoryBytes / 2 ** 20)),
    LIGASE_ATTEMPT: String(spec.attempt),
    LIGASE_TASK: spec.task,
  };
  return [
    ["TMPDIR", '"$PWD/.ligase"'],
    ...[...checked(spec, spec.env), ...Object.entries(own)].map(
      ([name, value]) => [name, quote(value)] as const,
    ),
  ];
}

function meansFor(run: string, body: string): ScriptMeans {
  if (needsOwnShell(body)) return "own-shell";
  return run.length <= LONGEST_TEXT && isAscii(run) && !tellsOfFile(body) ? "text" : "file";
}

/** Bash takes long texts faster from a file. */
const LONGEST_TEXT = 4_096;

const isAscii = (text: string): boolean => /^[\t\n -~]*$/.test(text);

/** Inside functions bash names the file in errors, and with these variables. */
const tellsOfFile = (body: string): boolean =>
  /\(\s*\)|\b(?:function|caller|BASH_SOURCE|BASH_LINENO|FUNCNAME)\b/.test(body);

/**
 * A fork of the warm shell is as good as a shell of its own, but for what tells the two apart: `$$` and `$PPID` would be
 * those of the warm shell, and so would `$0`, the clock of `SECONDS` and the history of calls.
 */
const needsOwnShell = (body: string): boolean =>
  /\$\$|\$\{?(?:0|PPID|SHLVL|BASH_ARGV0|BASH_SUBSHELL)\b|\$\{\$|\b(?:return|SECONDS)\b/.test(body);

function checked(
  spec: JobSpec,
  variables: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(variables).map(([name, value]) => {
    const wrong = whatIsWrong(name, value);
    if (wrong !== null)
      throw new LigaseError("environment-name-not-valid", { task: spec.task, name, reason: wrong });
    return [name, value];
  });
}

function whatIsWrong(name: string, value: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "a shell cannot export that name";
  if (value.includes("\0")) return "its value holds a NUL character";
  return null;
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** A word of the shell, in ASCII and on one line whatever is in it. */
export function quoteAscii(value: string): string {
  if (/^[ -~]*$/.test(value)) return quote(value);
  const bytes = [...Buffer.from(value)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`);
  return `$'${bytes.join("")}'`;
}
