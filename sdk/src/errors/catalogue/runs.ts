/** What is wrong with which part of a value, beside the words for it. */
type Fields = readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

/** Errors of runs, jobs and gates. */
export const runErrors = {
  "argument-not-valid": {
    message: (p: { task: string; issues: string; fields?: Fields }) =>
      `The arguments of ${p.task} do not fit its input:\n${p.issues}`,
    remedy: () => "Pass values of the declared types.",
  },
  "run-not-found": {
    message: (p: { run: string }) => `There is no run ${p.run} in this store.`,
    remedy: () => "List the runs with `ligase runs`, or name the folder of the store with --root.",
  },
  "run-not-unique": {
    message: (p: { run: string }) => `More than one run begins with ${p.run}.`,
    remedy: () => "Give more characters of its id.",
  },
  "run-busy": {
    message: (p: { run: string }) => `The run ${p.run} is being advanced by another process.`,
    remedy: () => "Wait until it has ended; a process that died gives its run free after 30 seconds.",
  },
  "lease-lost": {
    message: (p: { run: string }) =>
      `Another process took over the run ${p.run}, because this one gave no sign of life for too long; nothing more of it is written here.`,
    remedy: () => "Follow it with `ligase show`; nothing that was recorded is lost.",
  },
  "run-ended": {
    message: (p: { run: string; status: string }) => `The run ${p.run} has ${p.status}.`,
    remedy: () => "Start a new run.",
  },
  "code-changed": {
    message: (p: { run: string; tasks: string }) =>
      `The code of ${p.tasks} changed since the run ${p.run} was started; code never changes under a run.`,
    remedy: () =>
      "Resume it with `ligase resume`: it goes on as a new run, which keeps what has not changed, decisions too.",
  },
  "job-not-found": {
    message: (p: { run: string; job: number }) => `The run ${p.run} has no job ${p.job}.`,
    remedy: () => "List its jobs with `ligase show`.",
  },
  "resources-above-capacity": {
    message: (p: { task: string; resource: string; asked: string; capacity: string }) =>
      `The task ${p.task} asks for ${p.asked} of ${p.resource}; there is ${p.capacity} in all, so it could never start.`,
    remedy: () => "Ask for less in its `resources`, or run it where there is more.",
  },
  "limit-above-capacity": {
    message: (p: { task: string; limit: string; asked: number; capacity: number }) =>
      `The task ${p.task} asks for ${p.asked} of the limit "${p.limit}", which has ${p.capacity}; it could never start.`,
    remedy: () => "Ask for less in its `limits`, or raise the limit.",
  },
  "executor-not-found": {
    message: (p: { task: string; executor: string; known: string }) =>
      `The task ${p.task} names the executor "${p.executor}"; known are ${p.known}.`,
    remedy: () => "Correct the name, or configure the executor.",
  },
  "gate-not-found": {
    message: (p: { run: string; gate: string }) =>
      `The run ${p.run} has no gate "${p.gate}", open or to come.`,
    remedy: () => "See its gates with `ligase show`.",
  },
  "gate-not-unique": {
    message: (p: { gate: string; paths: string }) => `Several gates are named "${p.gate}": ${p.paths}.`,
    remedy: () => "Give the whole path of one.",
  },
  "gate-already-resolved": {
    message: (p: { gate: string; outcome: string; by: string }) =>
      `The gate "${p.gate}" was ${p.outcome} by ${p.by} already; this decision is kept as evidence, it changes nothing.`,
    remedy: () => "Start a new run to decide anew.",
  },
  "gate-not-open": {
    message: (p: { gate: string; status: string }) => `The gate "${p.gate}" is closed already: ${p.status}.`,
    remedy: () => "See what became of it with `ligase show`.",
  },
  "hand-over-not-allowed": {
    message: (p: { gate: string; by: string; reason: string }) =>
      `${p.by} may not hand over the gate "${p.gate}": ${p.reason}.`,
    remedy: () => "Have it handed over by somebody who may decide it, or by an admin.",
  },
  "hand-over-not-valid": {
    message: (p: { gate: string; reason: string }) =>
      `The gate "${p.gate}" cannot be handed over so: ${p.reason}.`,
    remedy: () => "Name people or roles who can decide it.",
  },
  "gate-needs-comment": {
    message: (p: { gate: string }) => `The gate "${p.gate}" asks for a comment with the decision.`,
    remedy: () => "Say why with --comment.",
  },
  "signal-not-valid": {
    message: (p: { gate: string; issues: string; fields?: Fields }) =>
      `The answer to the gate "${p.gate}" does not fit:\n${p.issues}`,
    remedy: () => "Send a value of the declared type; the gate stays open.",
  },
  "decision-not-allowed": {
    message: (p: { gate: string; by: string; reason: string }) =>
      `${p.by} may not decide the gate "${p.gate}": ${p.reason}. The decision is kept as evidence, it changes nothing.`,
    remedy: () => "Have it decided by somebody who may, or handed over by one who may.",
  },
  "decision-anonymous": {
    message: (p: { gate: string }) => `Nobody is named who decides the gate "${p.gate}".`,
    remedy: () => "Give the name of the person who decides.",
  },
  "event-not-valid": {
    message: (p: { reason: string }) => `The event cannot be published: ${p.reason}.`,
    remedy: () => "Correct the event, and publish it again.",
  },
  "event-source-taken": {
    message: (p: { source: string }) => `The engine listens to a source named "${p.source}" already.`,
    remedy: () => "Give each source its own name: what it told is remembered under it.",
  },
  "event-source-not-valid": {
    message: (p: { source: string; reason: string }) =>
      `The source of events "${p.source}" cannot be read: ${p.reason}.`,
    remedy: () => "Correct its options.",
  },
  "content-changed": {
    message: (p: { gate: string }) => `What the gate "${p.gate}" shows is not what the decision was made on.`,
    remedy: () => "Look at the gate as it is now, then decide.",
  },
  "too-many-signals": {
    message: (p: { run: string; most: number }) =>
      `The run ${p.run} keeps ${p.most} signals already that came before their gates.`,
    remedy: () => "Wait until the gates open, then decide.",
  },
  "evidence-not-seen": {
    message: (p: { gate: string }) =>
      `The gate "${p.gate}" shows evidence; it cannot be decided before it is open.`,
    remedy: () => "Wait until it opens, look at what it shows, then decide.",
  },
  "gate-rejected": {
    message: (p: { gate: string; by: string; comment: string | null }) =>
      `${p.by} rejected "${p.gate}"${p.comment === null ? "" : `: ${p.comment}`}`,
    remedy: () => "Correct what was found wrong and start a new run.",
  },
  "gate-expired": {
    message: (p: { gate: string; after: string }) => `Nobody decided "${p.gate}" within ${p.after}.`,
    remedy: () => "Start a new run: what is finished is answered from the cache.",
  },
  "call-waits-for-itself": {
    message: (p: { cycle: string }) => `A call waits for its own result: ${p.cycle}.`,
    remedy: () => "Give the inner call other arguments, so that it is another call.",
  },
  "secret-not-found": {
    message: (p: { name: string; variable: string }) =>
      `The secret "${p.name}" is not known: the environment has no ${p.variable}.`,
    remedy: (p: { variable: string }) => `Set ${p.variable} before starting Ligase.`,
  },
  "not-runnable": {
    message: (p: { name: string; file: string; known: string }) =>
      `${p.file} defines no workflow or task "${p.name}". It defines: ${p.known || "none"}.`,
    remedy: () => "Correct the name.",
  },
  "script-not-inline": {
    message: (p: { task: string; executor: string }) =>
      `The executor "${p.executor}" cannot run the task ${p.task}.`,
    remedy: () => "Choose an executor for its kind of task.",
  },
};
