const place = (at: string | null): string => (at === null ? "" : ` (${at})`);

/** Errors in how tasks, workflows and expressions are written. */
export const authoringErrors = {
  "lazy-value-used": {
    message: (p: { use: string; label: string | null; at: string | null }) =>
      `A lazy value${p.label === null ? "" : ` (the result of ${p.label})`} is not known yet: ${p.use} is not possible${place(p.at)}.`,
    remedy: () =>
      "Use the operators eq, lt, and, not, add, format, length, cond, map, … or do the work in a task, which gets known values.",
  },
  "lazy-outside-closure": {
    message: (p: { at: string | null }) =>
      `A lazy value made inside a closure is used outside of it${place(p.at)}.`,
    remedy: () => "Return it from the closure and use the result of map, cond, catchError, … instead.",
  },
  "unknown-field": {
    message: (p: { field: string; type: string; at: string | null }) =>
      `There is no field "${p.field}" in ${p.type}${place(p.at)}.`,
    remedy: () => "Use a field of that type; for the length of a list use length(x).",
  },
  "wrong-argument": {
    message: (p: { task: string; path: string; reason: string; at: string | null }) =>
      `The argument${p.path === "" ? "" : ` "${p.path}"`} of ${p.task} does not fit: ${p.reason}${place(p.at)}.`,
    remedy: () => "Pass a value of the declared type, or change the declared input.",
  },
  "wrong-output": {
    message: (p: { workflow: string; path: string; reason: string; at: string | null }) =>
      `What the workflow "${p.workflow}" returns does not fit its output${p.path === "" ? "" : ` at "${p.path}"`}: ${p.reason}${place(p.at)}.`,
    remedy: () => "Return a value of the declared type, or change the declared output.",
  },
  "task-name-taken": {
    message: (p: { name: string; first: string; second: string }) =>
      `Two tasks or workflows are named "${p.name}": at ${p.first} and at ${p.second}.`,
    remedy: (p: { name: string }) =>
      `Rename one of them; a name such as "${p.name}" stands for one thing in a project.`,
  },
  "task-name-not-valid": {
    message: (p: { name: string }) => `"${p.name}" is not a name for a task or workflow.`,
    remedy: () =>
      "Use letters, digits, '-', '_' and '.', beginning with a letter but not with 'ligase.', at most 100 characters.",
  },
  "task-not-found": {
    message: (p: { name: string; known: string }) =>
      `No task or workflow is named "${p.name}". Known: ${p.known || "none"}.`,
    remedy: () => "Import the module that defines it from the workflow file, or correct the name.",
  },
  "option-not-valid": {
    message: (p: { task: string; option: string; expected: string; found: string; at: string | null }) =>
      `The option "${p.option}" of "${p.task}" should be ${p.expected}, but is ${p.found}${place(p.at)}.`,
    remedy: () => "Correct the option.",
  },
  "option-unknown": {
    message: (p: { task: string; option: string; reason: string; known: string; at: string | null }) =>
      `The option "${p.option}" of "${p.task}" ${p.reason}${place(p.at)}.`,
    remedy: (p: { known: string }) => `Use one of ${p.known}.`,
  },
  "resources-not-traceable": {
    message: (p: { task: string; reason: string; at: string | null }) =>
      `The resources of "${p.task}" cannot be read: ${p.reason}${place(p.at)}.`,
    remedy: () =>
      "Return { cpu, memory, gpu, disk } made of numbers, fields of the arguments and operators such as mul.",
  },
  "resources-not-valid": {
    message: (p: { task: string; resource: string; found: string }) =>
      `The resources of "${p.task}" were computed, but ${p.resource} is ${p.found}, not an amount.`,
    remedy: () =>
      "Check what the function of `resources` makes of these arguments: numbers from 0, sizes in bytes.",
  },
  "tool-not-installed": {
    message: (p: { needs: string; tools: string; install: string | null }) =>
      `Tools that the run needs are not on the PATH of this machine: ${p.needs}.`,
    remedy: (p: { tools: string; install: string | null }) =>
      p.install ?? `Install ${p.tools}, or correct the names in \`tools\` of the tasks.`,
  },
  "asset-not-found": {
    message: (p: { path: string; absolute: string; at: string | null }) =>
      `There is no file "${p.path}" beside the code: ${p.absolute}${place(p.at)}.`,
    remedy: () => "Correct the path; it is relative to the file that calls asset().",
  },
  "workflow-async": {
    message: (p: { workflow: string; at: string | null }) =>
      `The body of the workflow "${p.workflow}" is async, but a workflow only composes calls${place(p.at)}.`,
    remedy: () => "Remove async and await; what takes time is the work of a task.",
  },
  "workflow-without-end": {
    message: (p: { cycle: string; at: string | null }) =>
      `A workflow calls itself whatever its arguments are, so that it would never end: ${p.cycle}${place(p.at)}.`,
    remedy: () => "Put the call into a branch of cond, with another branch that ends.",
  },
  "gate-name-twice": {
    message: (p: { name: string; at: string | null }) =>
      `The gate name "${p.name}" is used twice in one workflow${place(p.at)}.`,
    remedy: () => "Give each gate its own name: decisions are addressed by it.",
  },
  "gate-option-not-valid": {
    message: (p: { gate: string; reason: string }) => `The gate "${p.gate}" cannot be made: ${p.reason}.`,
    remedy: () => "Correct the gate's options.",
  },
  "template-too-large": {
    message: (p: { limit: number }) => `An expression has more than ${p.limit} nodes.`,
    remedy: () => "Use map over a list instead of building one call per item.",
  },
  "command-not-traceable": {
    message: (p: { task: string; reason: string; at: string | null }) =>
      `The command of the script "${p.task}" cannot be read: ${p.reason}${place(p.at)}.`,
    remedy: () => "Return sh`…` from `command`, and use only fields of the inputs and operators inside it.",
  },
  "output-not-declared": {
    message: (p: { task: string; found: string }) =>
      `The output of the script "${p.task}" should be made of out.file, out.json, …, but holds ${p.found}.`,
    remedy: () =>
      "Declare each output with out.file, out.files, out.dir, out.stdout, out.stderr, out.json or out.value.",
  },
  "operator-not-applicable": {
    message: (p: { operator: string; expected: string; found: string; at?: string | null }) =>
      `The operator ${p.operator} needs ${p.expected}, but got ${p.found}${place(p.at ?? null)}.`,
    remedy: () => "Check the values that lead here; `ligase show` prints them.",
  },
  "staged-name-not-valid": {
    message: (p: { name: string }) =>
      `A file cannot be staged as ${JSON.stringify(p.name)}: that is not a plain file name.`,
    remedy: () => "Give stage() a name without slashes.",
  },
  "staged-name-twice": {
    message: (p: { name: string }) =>
      `Two files would be staged beside each other under the name ${JSON.stringify(p.name)}.`,
    remedy: () =>
      "Stage them in different places, or give one of them another name with stage(file, { name }).",
  },
};
