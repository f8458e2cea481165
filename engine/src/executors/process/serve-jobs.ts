import { LigaseError } from "@ligase/sdk";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { extname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Dir, File } from "@ligase/sdk";
import type { JobError, JobSpec, Outcome } from "@ligase/sdk/internal";
import { codeInUse } from "../../code/code-in-use.ts";
import { Claims, createSharedState, LiveGroups } from "./claims.ts";
import { enterEnvironment } from "./job-environment.ts";
import { unknownTask } from "./job-outcome.ts";
import { captureOutput, currentJob } from "./job-output.ts";
import { JOBS_FD, LineReader, RESULTS_FD, toLine } from "./lines.ts";
import {
  AttemptContext,
  failureOf,
  runJob,
  toJobError,
  type JobHost,
  type TaskTable,
} from "@ligase/sdk/internal";
import { UsageMeter } from "./usage-meter.ts";
import { endedMessage, fromWireFile, toWireFile, type FromChild, type ToChild } from "./wire.ts";

/** After so long without a pause, timers and messages get a turn between two jobs. */
const TURN_MS = 5;

/**
 * The life of a child of the pool: loads the user's file, then runs the jobs that come, one at a time, in the order
 * they come. A slot is a job: one that computes holds up no other, because what waits behind it is taken back (guard).
 */
export async function serveJobs(loadTasks: () => Promise<TaskTable>): Promise<void> {
  const shared = createSharedState();
  const guard = startGuard(shared);
  captureOutput();
  try {
    const tasks = await loadTasks();
    const server = new JobServer(tasks, { claims: new Claims(shared), groups: new LiveGroups(shared) });
    await guard;
    server.start();
  } catch (error) {
    send({
      kind: "load-failed",
      error: toJobError(error, { task: "", mask: (text) => text, kind: "misuse" }),
    });
  }
}

async function startGuard(shared: ReturnType<typeof createSharedState>): Promise<void> {
  const guard = new Worker(new URL(`./guard${extname(import.meta.url)}`, import.meta.url), {
    workerData: shared,
  });
  await once(guard, "message");
  // Without it nobody would take jobs back, nor end this process when the pool is gone.
  guard.once("error", () => process.exit(1));
}

/** What was imported is told before what may have come of it. */
function send(message: FromChild): void {
  const facts = codeInUse.takeFresh();
  if (facts.length > 0) write({ kind: "imported", facts });
  write(message);
}

/** Results leave at once and not by a queue of the process: the next job may compute for hours. */
function write(message: FromChild): void {
  const bytes = Buffer.from(toLine(message));
  for (let offset = 0; offset < bytes.length;) offset += writeSome(bytes, offset);
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeSome(bytes: Buffer, offset: number): number {
  try {
    return writeSync(RESULTS_FD, bytes, offset);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    Atomics.wait(pause, 0, 0, 1);
    return 0;
  }
}

interface Running {
  readonly seq: number;
  readonly context: AttemptContext;
}

interface Answer {
  readonly resolve: (value: File | Dir) => void;
  readonly reject: (error: Error) => void;
}

class JobServer {
  readonly #tasks: TaskTable;
  readonly #claims: Claims;
  readonly #groups: LiveGroups;
  readonly #meter = new UsageMeter();
  readonly #queue: { readonly seq: number; readonly spec: JobSpec }[] = [];
  readonly #answers = new Map<number, Answer>();
  #requests = 0;
  #running: Running | null = null;
  #isDraining = false;

  constructor(tasks: TaskTable, shared: { readonly claims: Claims; readonly groups: LiveGroups }) {
    this.#tasks = tasks;
    this.#claims = shared.claims;
    this.#groups = shared.groups;
  }

  start(): void {
    const reader = new LineReader<ToChild>((message) => this.#receive(message));
    const channel = new Socket({ fd: JOBS_FD, writable: false });
    channel.on("data", (chunk: Buffer) => reader.push(chunk));
    // The pool has no more jobs, or is gone.
    channel.on("end", () => process.exit());
    process.on("uncaughtException", (error) => this.#stray(error));
    process.on("unhandledRejection", (error) => this.#stray(error));
    process.on("exit", (exitCode) => this.#endWithProcess(exitCode));
    send({ kind: "ready" });
  }

  #receive(message: ToChild): void {
    switch (message.kind) {
      case "jobs":
        message.jobs.forEach((spec, index) => this.#queue.push({ seq: (message.first + index) | 0, spec }));
        if (!this.#isDraining) void this.#drain();
        return;
      case "abort":
        if (this.#running?.seq === message.seq) this.#running.context.abort(message.cause, message.graceMs);
        return;
      case "identified":
        this.#takeAnswer(message.request)?.resolve(fromWireFile(message.file));
        return;
      case "not-identified":
        this.#takeAnswer(message.request)?.reject(errorFrom(message.error));
        return;
    }
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    let turnMs = performance.now();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (!this.#claims.take(next.seq)) continue;
      const running = this.#begin(next.seq, next.spec);
      const outcome = this.#run(running);
      this.#end(running, outcome instanceof Promise ? await outcome : outcome);
      if (performance.now() - turnMs < TURN_MS) continue;
      await nextTurn();
      turnMs = performance.now();
    }
    this.#isDraining = false;
  }

  #begin(seq: number, spec: JobSpec): Running {
    const running = { seq, context: new AttemptContext(spec, this.#hostOf(seq)) };
    this.#running = running;
    this.#meter.begin();
    return running;
  }

  #run({ context }: Running): Outcome | Promise<Outcome> {
    const { spec } = context;
    const task = this.#tasks(spec.task);
    const leave = enterEnvironment(spec.env);
    const outcome = currentJob.run(context, () => {
      if (task === undefined || spec.work.kind !== "function") return unknownTask(spec);
      return runJob(task, { argsText: spec.work.argsText, context });
    });
    if (outcome instanceof Promise) return outcome.finally(leave);
    leave();
    return outcome;
  }

  #end(running: Running, outcome: Outcome): void {
    this.#running = null;
    const usage = this.#meter.end(outcome.usage.wallMs);
    try {
      send(endedMessage(running.seq, { ...outcome, usage }));
    } catch (error) {
      // What cannot be sent is a failure: without an answer the pool would wait for ever.
      const told = failureOf(running.context, error);
      send({ kind: "ended", seq: running.seq, outcome: { ok: false, error: told, usage, decks: [] } });
    }
  }

  #hostOf(seq: number): JobHost {
    return {
      report: (report) => send({ kind: "report", seq, report }),
      identify: (value) => this.#identify(value),
      groups: {
        started: (group) => {
          this.#groups.add(group);
          send({ kind: "group", group, isAlive: true });
        },
        ended: (group) => {
          this.#groups.remove(group);
          send({ kind: "group", group, isAlive: false });
        },
      },
    };
  }

  /** The pool knows which files were read before, and has threads for reading large ones. */
  #identify(value: File | Dir): Promise<File | Dir> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#answers.set(request, { resolve, reject });
      send({ kind: "identify", request, file: toWireFile(value) });
    });
  }

  #takeAnswer(request: number): Answer | undefined {
    const answer = this.#answers.get(request);
    this.#answers.delete(request);
    return answer;
  }

  /** An error that no body caught. It ends the job it belongs to; one of a job that ended before hurts nobody else. */
  #stray(error: unknown): void {
    const owner = currentJob.getStore();
    const running = this.#running;
    if (running === null || (owner !== undefined && owner !== running.context)) {
      process.stderr.write(
        `An error after the end of its job: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      return;
    }
    this.#fail(running, error);
    process.exit(1);
  }

  /** Runs while the process ends: only what is written at once arrives. */
  #endWithProcess(exitCode: number): void {
    const running = this.#running;
    if (running === null) return;
    this.#fail(running, new LigaseError("process-exited", { task: running.context.task, exitCode }));
  }

  /** The last job of this process: those behind it were not begun. */
  #fail(running: Running, thrown: unknown): void {
    const { context } = running;
    const error = failureOf(context, thrown);
    this.#end(running, { ok: false, error, usage: { wallMs: 0 }, decks: context.close() });
    send({ kind: "leaving" });
  }
}

/** An error of the pool as one that is thrown here, with its code and remedy. */
function errorFrom({ message, name, code, remedy }: JobError): Error {
  const error = Object.assign(new Error(message), { name, code, remedy });
  if (code !== undefined) Object.defineProperty(error, Symbol.for("ligase.error"), { value: true });
  return error;
}
