/** A fault that is planted in a copy of the engine, to show that simulation finds it. */
export interface PlantedFault {
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly text: string;
  readonly instead: string;
  /** A few seeds find it: cheap enough to be looked for in every run of the tests. */
  readonly isEasy?: true;
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: "a decision does not wake the run (R10)",
    file: "engine/src/launch/world-engine.ts",
    text: "    this.#keeper.refresh();\n",
    instead: "",
    isEasy: true,
  },
  {
    name: "a gate is shown before it is on the disk (C18)",
    file: "engine/src/scheduler/scheduler.ts",
    text: 'this.#write("durable", [...states], writes);',
    instead: 'this.#write("computed", [...states], writes);',
  },
  {
    name: "a decision is accepted before it is on the disk (R9)",
    file: "engine/src/launch/decide.ts",
    text: 'store.commit("durable"',
    instead: 'store.commit("computed"',
    isEasy: true,
  },
  {
    name: "the end of a run is told before it is on the disk (R9)",
    file: "engine/src/scheduler/scheduler.ts",
    text: "this.#durable.push({ state, write: () => state.tell.record(end), then });",
    instead:
      'this.#write("computed", [state], [{ state, write: () => state.tell.record(end), then }]);\n    if (state.mode !== "over") then();',
  },
  {
    name: "a key lacks an argument (C6)",
    file: "engine/src/cache/call-key.ts",
    text: "hashText(prefix + argsText)",
    instead: 'hashText(prefix + argsText.replace(/"b":[^,}]+/, ""))',
  },
  {
    name: "arguments are not bound to their defaults before they are hashed (C6)",
    file: "engine/src/scheduler/call-desk.ts",
    text: "?? bound.value;",
    instead: "?? request.args;",
  },
  {
    name: "what a job held is not given back when it failed (R7)",
    file: "engine/src/scheduler/attempts.ts",
    text: "    this.#admission.release(job);\n    state.running.delete(job);",
    instead: "    if (job.attempt === 1) this.#admission.release(job);\n    state.running.delete(job);",
  },
  {
    name: "a limit is not counted (R7)",
    file: "engine/src/scheduler/admission.ts",
    text: "+ count > this.#capacityOf(name)) return false;",
    instead: "+ count > this.#capacityOf(name) + 1) return false;",
  },
  {
    name: "a run is written without a look at its lease (C19)",
    file: "engine/src/scheduler/scheduler.ts",
    text: "if (!state.run.context.holdsLease()) lost.add(state);\n          else if (!state.dryRun)",
    instead: "if (!state.dryRun)",
  },
  {
    name: "an early signal is used again (C24)",
    file: "engine/src/store/sql/gates.ts",
    text: "SET state = 'used', gate_id = ? WHERE id = ?",
    instead: "SET gate_id = ? WHERE id = ?",
  },
  {
    name: "time overrides a person (C20)",
    file: "engine/src/store/sql/gates.ts",
    text: "decision = ? WHERE id = ? AND status = 'open'",
    instead: "decision = ? WHERE id = ?",
  },
  {
    name: "the second caller of a shared job is not answered (C7)",
    file: "engine/src/scheduler/call-desk.ts",
    text: "        this.#run.context.strengthen(known.job, request);\n        this.#run.reducer.resolveShared(request.id, known.job.call);",
    instead: "        this.#run.context.strengthen(known.job, request);",
  },
  {
    name: "an equal call of a run is not shared (R4)",
    file: "engine/src/scheduler/call-desk.ts",
    text: "    if (this.#answerShared(request, key)) return;\n",
    instead: "",
    isEasy: true,
  },
  {
    name: "a retry forgets the failures before it",
    file: "engine/src/scheduler/attempts.ts",
    text: "job.failures.push(outcome.error);",
    instead: "job.failures = [outcome.error];",
  },
  {
    name: "a recorded result is used though its file is gone or changed (C9)",
    file: "engine/src/cache/proof.ts",
    text: "mentionsFiles(text) ? this.#areCurrent(filesIn(value)) : true",
    instead: "true",
  },
  {
    name: "what comes back is used though its run has ended",
    file: "engine/src/scheduler/scheduler.ts",
    text: '(value) => state.mode !== "over" && then(value)',
    instead: "(value) => then(value)",
  },
  {
    name: "a claim is not given free (R4)",
    file: "engine/src/scheduler/recorder.ts",
    text: "    this.#store.claims.release(this.#runId, keys);\n",
    instead: "",
  },
  {
    name: "keys are not claimed (R4)",
    file: "engine/src/scheduler/claims.ts",
    text: "    if (wanted.length === 0) return",
    instead: "    if (wanted.length >= 0) return",
  },
  {
    name: "a heartbeat takes a lease that was given free (R11)",
    file: "engine/src/launch/run-handle.ts",
    text: "isKept = this.holdsLease() && this",
    instead: "isKept = this",
  },
  {
    name: "a run that was stopped leaves its jobs in line (R7)",
    file: "engine/src/scheduler/attempts.ts",
    text: "    this.stopStarting(state);\n    for",
    instead: "    for",
  },
  {
    name: "a run looks again and again while another computes what has become invalid (R4)",
    file: "engine/src/scheduler/claims.ts",
    text: "taken.has(key) && judged",
    instead: "judged",
  },
  {
    name: "a run completes the record of another, and its gates with it (C22)",
    file: "engine/src/scheduler/active-run.ts",
    text: "job.node = completes;",
    instead: "job.node = node.value === null ? node.id : null;",
  },
  {
    name: "a run that is stopped fails of what would be tried again (R3)",
    file: "engine/src/scheduler/attempts.ts",
    text: "else this.#stateOf.delete(job);\n  }",
    instead: "else state.run.fail(job, job.failures.at(-1) as JobError);\n  }",
  },
  {
    name: "a result of this run, kept and not cached, is answered as if it were on its way (C7)",
    file: "engine/src/scheduler/call-desk.ts",
    text: " && this.#run.reducer.isPending(known.job.call)",
    instead: "",
  },
  {
    name: "a run goes on while jobs of before still end under the same ids (C18)",
    file: "engine/src/launch/world-engine.ts",
    text: "if (this.#scheduler.isEnding(run.id)) throw",
    instead: "if (false) throw",
  },
  {
    name: "a wish to cancel is not found by who takes over (R10)",
    file: "engine/src/launch/run-handle.ts",
    text: "(R10).\n    if (this.#store.runs.isAskedToCancel(this.id)) this.cancel();",
    instead: "(R10).",
  },
  {
    name: "a run that was cancelled can be asked to cancel",
    file: "engine/src/launch/world-engine.ts",
    text: '  if (hasEnded(run.status)) throw new LigaseError("run-ended", { run: run.id, status: run.status });\n  store.commit',
    instead: "  store.commit",
  },
  {
    name: "what could not be claimed keeps its place (R7)",
    file: "engine/src/scheduler/attempts.ts",
    text: "      if (!state.running.has(job)) this.#admission.release(job);\n",
    instead: "",
  },
  {
    name: "how a job was cancelled is taken for how it ended (R3)",
    file: "engine/src/scheduler/active-run.ts",
    text: 'if (own.kind !== "cancelled") this.reducer',
    instead: "this.reducer",
  },
];
