/** What every message about an attempt of a script needs. `tail` is the end of its standard error, masked; maybe empty. */
export interface ScriptParams {
  readonly task: string;
  readonly program: string;
  readonly tail: string;
  readonly folder: string;
}

const withTail = (sentence: string, p: { tail: string }): string =>
  p.tail === ""
    ? `${sentence} It wrote nothing to standard error.`
    : `${sentence} Last lines of standard error:\n${p.tail}`;

const repeatByHand = (p: { folder: string }): string =>
  `Repeat it by hand: cd ${shellWord(p.folder)} && bash .ligase/run.sh`;

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

const listed = (paths: readonly string[]): string =>
  paths.length === 0 ? "The work folder is empty." : `The work folder has: ${paths.join(", ")}.`;

/** Errors of scripts: how they start, end, and what they leave behind. */
export const scriptErrors = {
  "script-failed": {
    message: (p: ScriptParams & { exitCode: number }) =>
      withTail(`The script of task "${p.task}" (${p.program}) ended with exit code ${p.exitCode}.`, p),
    remedy: repeatByHand,
  },
  "script-ended-by-signal": {
    message: (p: ScriptParams & { exitSignal: string }) =>
      withTail(`The script of task "${p.task}" (${p.program}) was ended by signal ${p.exitSignal}.`, p),
    remedy: repeatByHand,
  },
  "script-killed": {
    message: (p: ScriptParams & { memoryMiB: number }) =>
      withTail(
        `The script of task "${p.task}" (${p.program}) was killed (SIGKILL), not by Ligase: most often the machine ran out of memory. It had asked for ${p.memoryMiB} MiB.`,
        p,
      ),
    remedy: (p: ScriptParams & { memoryMiB: number }) =>
      `Give the task more memory than ${p.memoryMiB} MiB in \`resources\`, or let it grow on retry.`,
  },
  "script-timed-out": {
    message: (p: ScriptParams & { timeoutMs: number }) =>
      withTail(
        `The script of task "${p.task}" (${p.program}) was ended after its time-out of ${p.timeoutMs} ms.`,
        p,
      ),
    remedy: () => "Raise the task's `timeout`, or give it more cpu.",
  },
  "script-cancelled": {
    message: (p: { task: string }) => `The script of task "${p.task}" was cancelled.`,
    remedy: () => "Start the run again; finished work is taken from the cache.",
  },
  "script-not-started": {
    message: (p: { task: string; folder: string; reason: string }) =>
      `The script of task "${p.task}" could not be started in ${p.folder}: ${p.reason}.`,
    remedy: () => "Check that bash is installed and that the work folder can be written.",
  },
  "script-lost": {
    message: (p: { task: string; reason: string }) => `The script of task "${p.task}" was lost: ${p.reason}.`,
    remedy: () => "Run again; a retry policy for infrastructure failures does so by itself.",
  },
  "script-expected": {
    message: (p: { task: string; executor: string }) =>
      `Task "${p.task}" is a function, and the executor "${p.executor}" runs scripts only.`,
    remedy: () => "Leave out the task's `executor` option, or name an executor for functions.",
  },
  "tool-not-found": {
    message: (p: { task: string; tool: string; folder: string; install: string | null }) =>
      `The script of task "${p.task}" needs "${p.tool}", which is not on the PATH of this machine.`,
    remedy: (p: { task: string; tool: string; folder: string; install: string | null }) =>
      p.install ??
      `Install "${p.tool}", or correct its name in the command; then check with: command -v ${shellWord(p.tool)}`,
  },
  "script-disk-full": {
    message: (p: { task: string; folder: string }) =>
      `There was no space left on the disk while the script of task "${p.task}" was prepared or run in ${p.folder}.`,
    remedy: () => "Free space on that disk, or place the work folder on a larger one; then run again.",
  },
  "environment-name-not-valid": {
    message: (p: { task: string; name: string; reason: string }) =>
      `Task "${p.task}" sets the environment variable ${JSON.stringify(p.name)}, but ${p.reason}.`,
    remedy: () =>
      "Use names of letters, digits and underscores that do not begin with a digit, and values without NUL.",
  },
  "input-not-staged": {
    message: (p: { task: string; path: string; reason: string }) =>
      `An input of task "${p.task}" could not be placed at ${JSON.stringify(p.path)} of the work folder: ${p.reason}.`,
    remedy: () => "Check that the input file still exists and can be read; then run again.",
  },
  "output-missing": {
    message: (p: { task: string; output: string; path: string; present: readonly string[] }) =>
      `The script of task "${p.task}" succeeded, but its output ${p.output} was not made: no ${JSON.stringify(p.path)}. ${listed(p.present)}`,
    remedy: () => "Correct the path in the command or in `output`, or mark the output as `optional`.",
  },
  "output-wrong-kind": {
    message: (p: { task: string; output: string; path: string; expected: "file" | "folder" }) =>
      `The output ${p.output} of task "${p.task}" at ${JSON.stringify(p.path)} is not a ${p.expected}.`,
    remedy: () => "Declare a file with `out.file` and a folder with `out.dir`.",
  },
  "output-empty": {
    message: (p: { task: string; output: string; path: string }) =>
      `The output ${p.output} of task "${p.task}" at ${JSON.stringify(p.path)} is empty, but must not be.`,
    remedy: () => "See in the logs why the command wrote nothing, or drop `nonEmpty`.",
  },
  "output-checksum-wrong": {
    message: (p: { task: string; output: string; path: string; expected: string; found: string }) =>
      `The output ${p.output} of task "${p.task}" at ${JSON.stringify(p.path)} has SHA-256 ${p.found}; expected is ${p.expected}.`,
    remedy: () => "Check where the content comes from, or correct `sha256`.",
  },
  "output-pattern-missing": {
    message: (p: { task: string; output: string; path: string; pattern: string }) =>
      `The output ${p.output} of task "${p.task}" at ${JSON.stringify(p.path)} does not match ${p.pattern}.`,
    remedy: () => "Look into the file, or correct `matches`.",
  },
  "output-not-json": {
    message: (p: { task: string; output: string; path: string; reason: string }) =>
      `The output ${p.output} of task "${p.task}" is to be JSON, but ${p.path} is not: ${p.reason}.`,
    remedy: () => "Write only JSON there; send messages to standard error.",
  },
  "output-type-wrong": {
    message: (p: { task: string; output: string; issues: string }) =>
      `The JSON output ${p.output} of task "${p.task}" does not fit its schema:\n${p.issues}`,
    remedy: () => "Correct what the command writes, or the schema given to `out.json`.",
  },
  "output-too-large": {
    message: (p: { task: string; output: string; path: string; bytes: number; limit: number }) =>
      `The output ${p.output} of task "${p.task}" in ${p.path} is ${p.bytes} bytes of text; the limit for a value is ${p.limit}.`,
    remedy: () => "Write it to a file and declare that with `out.file`.",
  },
};
