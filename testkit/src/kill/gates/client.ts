import { createInterface } from "node:readline";
import { openEngine } from "@ligase/engine";
import { isLigaseError } from "@ligase/sdk";
import type { ClientLine, ClientTask } from "./lines.ts";

/*
 * Somebody who decides, with a connection of their own to a store. Arguments: the root and, where it is elsewhere, the
 * store. Takes decisions line by line, and tells of each what it was answered when the call has returned.
 */
const [root = "", store = ""] = process.argv.slice(2);
const engine = openEngine({ root, ...(store === "" ? {} : { store }) });
const say = (line: ClientLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { number, decision } = JSON.parse(line) as ClientTask;
  try {
    const answer = engine.decide(decision);
    say({ number, gate: answer === "kept" ? answer : answer.id });
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    say({ number, code: error.code });
  }
}
await engine.close();
