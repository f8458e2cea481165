import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Answer } from "../graph.ts";
import { decideCommand, followCommand, type Place } from "../scene.ts";
import { hear, nothingTold } from "../told.ts";

/*
 * The program that is traced: runs a workflow to its end with the program of Ligase, kills it as it is told, resumes it,
 * and decides its gates with commands. Its one argument is a `TracedRun` as JSON.
 */

export interface TracedRun {
  readonly place: Place;
  /** By the name of the gate. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** After how many lines each process is killed; the one after the last goes to the end. */
  readonly killAfter: readonly number[];
}

const { place, answers, killAfter } = JSON.parse(process.argv[2] ?? "{}") as TracedRun;
const told = nothingTold();
for (const lines of [...killAfter, Infinity]) if (told.succeeded === null) await live(lines);
if (told.succeeded === null) process.exitCode = 1;

async function live(lines: number): Promise<void> {
  const child = spawn(process.execPath, followCommand(place, told.run), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const deciding: Promise<void>[] = [];
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const gate = hear(told, line);
    if (gate !== null && !told.decided.has(gate.id)) deciding.push(decide(gate.id, answers[gate.name]));
    if (++seen === lines) child.kill("SIGKILL");
  }
  await closed;
  await Promise.all(deciding);
}

async function decide(gate: string, answer: Answer | undefined): Promise<void> {
  if (answer === undefined || told.run === null) throw new Error(`nobody knows the gate ${gate}`);
  told.decided.set(gate, { outcome: answer.outcome, by: null });
  const child = spawn(process.execPath, decideCommand(place, [told.run, gate], answer), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.resume();
  await once(child, "close");
}
