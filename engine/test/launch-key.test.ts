import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openEngine } from "@ligase/engine";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { Project } from "../../testkit/src/project.ts";

/* Engines, each a process, that are asked for the same launches in the same moment. */

const LAUNCHER = fileURLToPath(new URL("./fixtures/launcher.ts", import.meta.url));
const FLOW = `import { task, workflow, z } from "ligase";
const same = task({ name: "same", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => n);
export const one = workflow({ name: "one", input: { n: z.number() } }, ({ n }) => same({ n }));
`;
const KEYS = 20;

async function race(project: Project, store: string): Promise<void> {
  const flow = project.path("flow.ts");
  const engines = ["a", "b", "c"].map((name) =>
    fork(LAUNCHER, [store === "" ? project.root : project.path(name), flow, store, String(KEYS)], {
      cwd: project.folder,
    }),
  );
  await Promise.all(engines.map((engine) => once(engine, "message")));
  const ended = Promise.all(engines.map((engine) => once(engine, "exit")));
  const answers = Promise.all(engines.map((engine) => once(engine, "message")));
  for (const engine of engines) engine.send("go");
  const [first = [], ...others] = (await answers).map(([runs]) => runs as readonly string[]);
  assert.deepEqual(
    (await ended).map(([code]) => code as number),
    [0, 0, 0],
  );
  for (const runs of others) assert.deepEqual(runs, first);
  const looking = openEngine({ root: project.root, ...(store === "" ? {} : { store }) });
  try {
    const runs = looking.inspect.runs({ limit: 10 * KEYS });
    assert.deepEqual(runs.map(({ id }) => id).toSorted(), [...first].toSorted());
    assert.ok(runs.every(({ status }) => status === "succeeded"));
  } finally {
    await looking.close();
  }
}

test("three engines on one SQLite that launch with one key at once make one run of it", async (t) => {
  await race(Project.make(t, { "flow.ts": FLOW }), "");
});

test(
  "three engines on one Postgres that launch with one key at once make one run of it",
  needs("postgres"),
  async (t) => {
    using server = new PostgresServer();
    await race(Project.make(t, { "flow.ts": FLOW }), server.url());
  },
);
