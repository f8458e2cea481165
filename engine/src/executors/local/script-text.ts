import { LigaseError } from "@ligase/sdk";
import type { JobSpec } from "@ligase/sdk/internal";
import { OWN_SHELL } from "./shell-loop.ts";

/** What of a job goes to disk and what only to the script's process. */
export interface ScriptText {
  /** `.ligase/run.sh`: `bash .ligase/run.sh` in the work folder repeats the attempt, but for secrets. */
  readonly run: string;
  /** `.ligase/command` when the command names its own interpreter. */
  readonly command: string | null;
  /** Shell text with the secrets, evaluated in the script's process. */
  readonly before: string;
}

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
  return { run, command: ownInterpreter ? body : null, before: before(spec, ownInterpreter ? "" : body) };
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
    ...quoted(spec, spec.env),
    ...Object.entries(own).map(([name, value]) => [name, quote(value)] as const),
  ];
}

function before(spec: JobSpec, body: string): string {
  const secrets = quoted(spec, spec.secrets).map(([name, value]) => `export ${name}=${value}`);
  return [...secrets, ...(needsOwnShell(body) ? [OWN_SHELL] : [])].join("\n");
}

/**
 * A fork of the warm shell is as good as a shell of its own, but for what tells the two apart: `$$` and `$PPID` would be
 * those of the warm shell, and so would `$0`, the clock of `SECONDS` and the history of calls.
 */
const needsOwnShell = (body: string): boolean =>
  /\$\$|\$\{?(?:0|PPID|SHLVL|BASH_ARGV0|BASH_SUBSHELL)\b|\$\{\$|\b(?:return|SECONDS)\b/.test(body);

function quoted(
  spec: JobSpec,
  variables: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(variables).map(([name, value]) => {
    const wrong = whatIsWrong(name, value);
    if (wrong !== null)
      throw new LigaseError("environment-name-not-valid", { task: spec.task, name, reason: wrong });
    return [name, quote(value)];
  });
}

function whatIsWrong(name: string, value: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "a shell cannot export that name";
  if (value.includes("\0")) return "its value holds a NUL character";
  return null;
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
