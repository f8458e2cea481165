/** Errors inside a job, and of the places where functions run. */
export const runnerErrors = {
  "secret-not-declared": {
    message: (p: { task: string; name: string; declared: string }) =>
      `The task "${p.task}" asks for the secret "${p.name}", which its options do not name. Named: ${p.declared || "none"}.`,
    remedy: (p: { name: string }) =>
      `Add secrets: { ${p.name}: "name of the secret" } to the task's options.`,
  },
  "work-file-missing": {
    message: (p: { path: string; kind: "file" | "folder"; folder: string; found: string }) =>
      `The ${p.kind} "${p.path}" is not in the work folder ${p.folder}, which holds: ${p.found || "nothing"}.`,
    remedy: (p: { kind: "file" | "folder" }) =>
      `Write the ${p.kind} before naming it, under the same path relative to the work folder.`,
  },
  "work-path-outside": {
    message: (p: { path: string }) => `The path "${p.path}" leads out of the work folder.`,
    remedy: () => "Give a path relative to the work folder, or use File.at() for a file elsewhere.",
  },
  "tool-output-too-large": {
    message: (p: { path: string; bytes: number; limit: number }) =>
      `The output of a tool in ${p.path} takes ${p.bytes} bytes; as text it may take ${p.limit}.`,
    remedy: () => "Use stdoutFile or stderrFile of the result, and read it line by line.",
  },
  "tool-not-started": {
    message: (p: { interpreter: string; reason: string }) =>
      `The tool could not be started with ${p.interpreter}: ${p.reason}.`,
    remedy: (p: { interpreter: string }) =>
      `Install ${p.interpreter}, or name another interpreter in the first line (#!).`,
  },
  "image-type-unknown": {
    message: (p: { name: string }) =>
      `The kind of picture is not known${p.name === "" ? "" : ` from the name "${p.name}"`}.`,
    remedy: () => 'Give its media type, for example deck.image(bytes, "image/png").',
  },
  "task-cancelled": {
    message: (p: { task: string }) => `The job of "${p.task}" was cancelled.`,
    remedy: () => "Start the run again to have it done.",
  },
  "task-timed-out": {
    message: (p: { task: string; timeoutMs: number }) =>
      `The job of "${p.task}" took longer than its time-out of ${p.timeoutMs} ms.`,
    remedy: () => "Give the task a longer timeout, or make its work smaller.",
  },
  "task-not-a-function": {
    message: (p: { task: string; executor: string }) =>
      `"${p.task}" is a script, and the executor "${p.executor}" runs functions only.`,
    remedy: () => "Leave the executor option away, or name an executor that runs scripts.",
  },
  "task-not-loaded": {
    message: (p: { task: string }) =>
      `No function task is named "${p.task}" in the workflow file as it is now.`,
    remedy: () => "Import the module that defines the task from the workflow file, or start a new run.",
  },
  "process-exited": {
    message: (p: { task: string; exitCode: number }) =>
      `"${p.task}" ended its process with exit code ${p.exitCode}.`,
    remedy: () => "Throw an error instead of calling process.exit().",
  },
  "process-lost": {
    message: (p: { task: string; cause: string; log: string }) =>
      `The process that ran "${p.task}" died (${p.cause}).${p.log === "" ? "" : ` Its last words:\n${p.log}`}`,
    remedy: () =>
      "Look for a crash of a native module, or for somebody who killed it; the job can be tried again.",
  },
  "process-out-of-memory": {
    message: (p: { task: string; limitMiB: number | null }) =>
      `"${p.task}" used more memory than its process may${p.limitMiB === null ? "" : ` (${p.limitMiB} MiB)`}.`,
    remedy: () => "Work on smaller pieces or streams, or give the process executor more memory.",
  },
  "workflow-file-failed": {
    message: (p: { entry: string; reason: string }) =>
      `The workflow file ${p.entry} cannot be loaded: ${p.reason}`,
    remedy: () => "Correct what the file does while it is imported.",
  },
};
