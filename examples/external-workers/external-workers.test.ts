import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openEngine } from "@ligase/engine";
import { serve } from "@ligase/server";
import { needs } from "../../testkit/src/needs.ts";
import { labelImages } from "./workflow.ts";

const FLOW = join(import.meta.dirname, "workflow.ts");
const GREYS = [10, 90, 200, 250, 30, 160];
const IMAGES = GREYS.map((grey, index) => ({ name: `image-${index}`, grey }));
const LABELS = GREYS.map((grey, index) => ({ name: `image-${index}`, label: grey > 86 ? "bright" : "dark" }));

/** A server, and a user for workers. */
async function served(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "ligase-workers-"));
  const engine = openEngine({ root, user: "host", serves: true });
  const serving = await serve({ engine, files: [FLOW], port: 0, user: "host", tell: () => undefined });
  t.after(async () => {
    await serving.stop();
    await engine.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  });
  const by = { name: "host" };
  engine.people.putUser("bench", "operator", by);
  return { root, engine, url: serving.url, token: engine.people.createToken({ user: "bench" }, by).secret };
}

type Served = Awaited<ReturnType<typeof served>>;

/** A worker as a process of its own, with all that it starts in one group. */
function startWorker({ url, token, root }: Served, program: string, file: string): AsyncDisposable {
  const child = spawn(program, [join(import.meta.dirname, file), url], {
    detached: true,
    env: { ...process.env, LIGASE_TOKEN: token, TMPDIR: root },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
      await ended;
    },
  };
}

/** Labels the images, and says which workers did it. */
async function label({ engine }: Served) {
  const run = await engine.launch({ file: FLOW, name: labelImages.taskName, args: { images: IMAGES } });
  const end = await run.ended;
  assert.equal(end.status, "succeeded", end.error?.message);
  const gates = engine.inspect.gates(run.id);
  return {
    value: end.value,
    workers: new Set(gates.map(({ decision }) => decision?.worker?.replace(/\d+$/, ""))),
    by: new Set(gates.map(({ decision }) => decision?.by)),
  };
}

test("a worker of sh, curl and awk labels the images", needs("curl"), async (t) => {
  const server = await served(t);
  await using _worker = startWorker(server, "sh", "worker.sh");
  const { value, workers, by } = await label(server);
  assert.deepEqual([value, [...workers], [...by]], [LABELS, ["sh-"], ["bench"]]);
});

test("a worker of Python's standard library labels the images", needs("python3"), async (t) => {
  const server = await served(t);
  await using _worker = startWorker(server, "python3", "worker.py");
  const { value, workers } = await label(server);
  assert.deepEqual([value, [...workers]], [LABELS, ["python-"]]);
});

test("workers of both kinds share the images of a topic", needs("curl", "python3"), async (t) => {
  const server = await served(t);
  await using _first = startWorker(server, "sh", "worker.sh");
  await using _second = startWorker(server, "sh", "worker.sh");
  await using _third = startWorker(server, "python3", "worker.py");
  const { value, workers } = await label(server);
  assert.deepEqual(value, LABELS);
  assert.ok([...workers].every((worker) => worker === "sh-" || worker === "python-"));
});
