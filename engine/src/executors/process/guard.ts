import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { Claims, LiveGroups, type SharedState } from "./claims.ts";
import { GUARD_FD, LineReader, toLine, type ToGuard } from "./lines.ts";

/*
 * A thread beside the one that runs user code. It answers while user code computes: it takes back jobs that were not
 * begun, and it ends the process, and the tools it runs, when the pool is gone.
 */
const shared = workerData as SharedState;
const claims = new Claims(shared);
const groups = new LiveGroups(shared);
const channel = new Socket({ fd: GUARD_FD });
const reader = new LineReader<ToGuard>(takeBack);

channel.on("data", (chunk: Buffer) => reader.push(chunk));
channel.on("end", dieWithPool);
channel.on("error", dieWithPool);
parentPort?.postMessage("ready");

function takeBack({ revoke }: ToGuard): void {
  const revoked: number[] = [];
  const kept: number[] = [];
  for (const seq of revoke) (claims.take(seq) ? revoked : kept).push(seq);
  channel.write(toLine({ revoked, kept }));
}

function dieWithPool(): void {
  for (const group of groups.all()) killGroup(group);
  process.kill(process.pid, "SIGKILL");
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended by itself; there is nobody left to tell otherwise.
  }
}
