import { openEngine, type RunHandle } from "@ligase/engine";
import type { HostLine, HostTask } from "./lines.ts";

/*
 * A process under test: an engine that advances all runs of a store until they have ended. Its only argument is the
 * task as JSON; what others can see is printed, line by line.
 */
const task = JSON.parse(process.argv[2] ?? "") as HostTask;
const { root, store, file, name, user, runs } = task;
const say = (line: HostLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const engine = openEngine({ root, user, ...(store === null ? {} : { store }) });

await engine.load(file);
const before = engine.inspect.runs();
const left = before.filter(({ status, error }) => isLeft(status, error?.code));
const resumed = await Promise.all(left.map(({ id }) => engine.resume(id)));
for (const handle of resumed) follow(handle);
const launched = await Promise.all(
  runs.slice(before.length).map((run) => engine.launch({ file, name, ...run })),
);
for (const handle of launched) {
  say({ kind: "begun", run: handle.id });
  follow(handle);
}
await Promise.all([...resumed, ...launched].map(({ ended }) => ended));
await engine.close();

/** What stands still, or stopped because it could not go on. */
function isLeft(status: string, code: string | undefined): boolean {
  if (status === "failed") return code?.startsWith("store-") === true || code === "lease-lost";
  return status !== "succeeded" && status !== "cancelled";
}

function follow(handle: RunHandle): void {
  // What was told of before it was listened to.
  for (const gate of handle.progress().openGates) say({ kind: "gate", gate: gate.id });
  handle.subscribe((event) => {
    if (event.kind === "gate-opened" || event.kind === "gate-escalated")
      say({ kind: "gate", gate: event.gate.id });
    if (event.kind === "run-ended") say({ kind: "ended", run: handle.id, status: event.end.status });
  });
}
