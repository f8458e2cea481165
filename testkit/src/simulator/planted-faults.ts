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
    text: "    for (const run of new Set(decided.map(({ runId }) => runId))) this.#runs.heed(run);\n",
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
    text: 'store.commit("durable", () => {',
    instead: 'store.commit("computed", () => {',
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
    text: "if (barred !== null) lost.set(state, barred);\n          else if (!state.dryRun)",
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
    text: "isKept = this.barred() === null && this",
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
    file: "engine/src/launch/runs.ts",
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
    file: "engine/src/launch/cancel-run.ts",
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
  {
    name: "the vote that decides counts twice (C20)",
    file: "engine/src/gates/vote.ts",
    text: "[...votes.map((other) => other.decision), checked]",
    instead: "[...votes.map((other) => other.decision), checked, checked]",
    isEasy: true,
  },
  {
    name: "a vote is committed, and the closing that it decides later (C20)",
    file: "engine/src/gates/vote.ts",
    text: "checked])) closeGate(store, gate, checked);",
    instead:
      'checked]))\n    setImmediate(() => {\n      try {\n        store.commit("durable", () => void closeGate(store, gate, checked));\n      } catch {}\n    });',
  },
  {
    name: "votes for different values are counted together (C20)",
    file: "engine/src/gates/vote.ts",
    text: "votes.filter((vote) => isAlike(vote, last))",
    instead: "votes.filter((vote) => vote.outcome === last.outcome)",
  },
  {
    name: "one rejection does not reject (C20)",
    file: "engine/src/gates/vote.ts",
    text: '  if (last.outcome === "rejected") return true;\n',
    instead: "",
  },
  {
    name: "a decision is made on something that is not shown any more (C23)",
    file: "engine/src/gates/vote.ts",
    text: "if ((decision.contentHash ?? gate.contentHash) !== gate.contentHash)",
    instead: "if (decision.contentHash === null)",
  },
  {
    name: "a vote is not in the audit chain",
    file: "engine/src/gates/vote.ts",
    text: '  record(store, gate.runId, voteFact("voted", gate, decision));\n',
    instead: "",
  },
  {
    name: "what is refused is not kept as evidence (C20)",
    file: "engine/src/gates/vote.ts",
    text: '  if (early === undefined) keep(store, gate, { state: "refused", decision });\n',
    instead: "",
  },
  {
    name: "what is refused counts as a vote (C20)",
    file: "engine/src/store/sql/gates.ts",
    text: "${SIGNAL} WHERE s.gate_id = ? AND s.state = 'used' ORDER",
    instead: "${SIGNAL} WHERE s.gate_id = ? ORDER",
  },
  {
    name: "rights are not asked when an early signal is used (C24)",
    file: "engine/src/gates/vote.ts",
    text: "  if (reason !== null)\n",
    instead: "  if (reason !== null && vote.early === undefined)\n",
  },
  {
    name: "an early signal is forgotten when its gate opens (C24)",
    file: "engine/src/gates/earlier-decisions.ts",
    text: "[...gates.early(gate.runId, gate.path), ...gates.early(gate.runId, gate.name)]",
    instead: "gates.early(gate.runId, gate.path)",
  },
  {
    name: "who launched may decide (C23)",
    file: "engine/src/gates/rights.ts",
    text: "gate.policy.notLauncher && by === launcher",
    instead: "gate.policy.notLauncher && by === null",
  },
  {
    name: "a decision is used again by whoever launches (C23)",
    file: "engine/src/gates/earlier-decisions.ts",
    text: "refusalOf({ gate, launcher }, vote)",
    instead: 'refusalOf({ gate, launcher: "" }, vote)',
  },
  {
    name: "an escalation forgets who was asked before",
    file: "engine/src/gates/due.ts",
    text: "deciders === null ? null : union(deciders, escalation.to)",
    instead: "deciders === null ? null : escalation.to",
  },
  {
    name: "an escalation gives no new time",
    file: "engine/src/gates/due.ts",
    text: "escalation.timeoutMs === null ? null : now + escalation.timeoutMs",
    instead: "deadlineAt",
  },
  {
    name: "a reminder is given again",
    file: "engine/src/gates/due.ts",
    text: "const before = policy.remindersMs[reminded];",
    instead: "const before = policy.remindersMs[Math.max(0, reminded - 1)];",
  },
  {
    name: "a reminder or an escalation comes after the gate was closed",
    file: "engine/src/scheduler/run-gates.ts",
    text: '      if (held?.status !== "open") return;\n',
    instead: "      if (held === null) return;\n",
  },
  {
    name: "a gate that needs a comment takes a decision without one",
    file: "engine/src/gates/check-decision.ts",
    text: 'gate.policy.requireComment && (decision.comment ?? "").trim() === ""',
    instead: "gate.policy.requireComment && decision.comment === null",
  },
  {
    name: "nobody decides",
    file: "engine/src/launch/decide.ts",
    text: 'if (by.trim() === "") throw',
    instead: 'if (by === "") throw',
  },
  {
    name: "who approves edits what is not to be edited",
    file: "engine/src/gates/check-decision.ts",
    text: "ASKS_NOTHING.has(gate.kind) && decision.value !== null",
    instead: "ASKS_NOTHING.has(gate.kind) && decision.value === undefined",
  },
  {
    name: "a decision does not wake a run that left memory (R10)",
    file: "engine/src/gates/vote.ts",
    text: "  store.runs.wake(gate.runId);\n",
    instead: "",
  },
  {
    name: "a gate that is closed with its run is not in the audit chain",
    file: "engine/src/launch/cancel-run.ts",
    text: "cancelGate(store, gate, now);",
    instead: 'if (gate.status === "open") store.gates.close(gate.id, "cancelled", null);',
  },
];
