import { createInterface } from "node:readline";
import { openEngine, type Engine, type RunEvent, type RunHandle } from "@ligase/engine";
import { isLigaseError } from "@ligase/sdk";
import type { Answer } from "../graph.ts";
import type { Place } from "../scene.ts";

/*
 * A process that goes on with the run of a store, each time it reads a line, with an engine of its own; a process for
 * each power cut would take ten times as long. Its one argument is a `ResumeRequest` as JSON. It writes a line of JSON
 * for each: null, or what went wrong.
 */

export interface ResumeRequest {
  readonly place: Place;
  /** By the name of the gate. */
  readonly answers: Readonly<Record<string, Answer>>;
}

const { place, answers } = JSON.parse(process.argv[2] ?? "{}") as ResumeRequest;
for await (const _ of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await failureOfResuming())}\n`);

async function failureOfResuming(): Promise<string | null> {
  try {
    const engine = openEngine({ root: place.root, machine: { cpu: 1 } });
    try {
      await engine.load(place.file);
      const handle = await begin(engine);
      return handle === null ? null : await failureOf(engine, handle);
    } finally {
      await engine.close();
    }
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Null when the run has succeeded already. */
async function begin(engine: Engine): Promise<RunHandle | null> {
  const [run] = engine.inspect.runs({ limit: 1 });
  if (run === undefined) return await engine.launch({ file: place.file, name: "top", args: {} });
  return run.status === "succeeded" ? null : await engine.resume(run.id);
}

async function failureOf(engine: Engine, handle: RunHandle): Promise<string | null> {
  handle.subscribe((event) => decide(engine, handle.id, event));
  const { status, error } = await handle.ended;
  return status === "succeeded" ? null : `the run is ${status}: ${JSON.stringify(error)}`;
}

function decide(engine: Engine, run: string, event: RunEvent): void {
  if (event.kind !== "gate-opened") return;
  const answer = answers[event.gate.name];
  if (answer === undefined) throw new Error(`nobody knows the gate ${event.gate.name}`);
  // Not while the engine tells of it: a decision comes from outside.
  setImmediate(() => {
    try {
      engine.decide({ run, gate: event.gate.id, ...answer, by: "ada" });
    } catch (error) {
      if (!isLigaseError(error, "gate-already-resolved")) throw error;
    }
  });
}
