import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Engine } from "@ligase/engine";
import { openEngineWith, systemClock } from "@ligase/engine/testing";
import { waitingRun, type WaitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { external, map, workflow, z } from "ligase";
const label = external({ name: "label", topic: "images", input: { n: z.int() }, output: z.int(), maxLostLeases: 1 });
export const flow = workflow({ name: "flow" }, () => map([1, 2, 3], (n) => label({ n })));
`;
const ANA = { name: "ana" };

/** What workers did some minutes ago: their leases are over by now. */
async function minutesAgo<T>({ ligase }: WaitingRun, act: (engine: Engine) => T): Promise<T> {
  const clock = { ...systemClock, now: () => Date.now() - 600_000 };
  const engine = openEngineWith({ root: join(ligase.folder, ".ligase") }, { clock });
  try {
    return act(engine);
  } finally {
    await engine.close();
  }
}

test("the work of others is listed: what they have, what was set aside and why, what waits", async (t) => {
  const waiting = await waitingRun(t, { "flow.ts": FLOW });
  const { ligase, id: run, withEngine } = waiting;
  await minutesAgo(waiting, ({ external }) =>
    external.lease({ topics: ["images"], worker: "gpu-0", by: ANA }),
  );
  await withEngine(({ external }) => {
    const [{ task, token } = assert.fail()] = external.lease({
      topics: ["images"],
      worker: "gpu-1",
      by: ANA,
    });
    external.heartbeat(task.id, token, { progress: 0.5, message: "looking \u001B[2Jcloser" });
  });
  const { out } = await ligase.run("work");
  const [header = "", ...lines] = out.trimEnd().split("\n");
  assert.match(header, /^topic +task +run +state +since +worker/);
  assert.match(
    lines[0] ?? "",
    new RegExp(`^images +flow/map\\[2\\]/label +${run.slice(0, 13)} +leased 50% +just now +gpu-1 \\(ana\\)$`),
  );
  assert.match(lines[1] ?? "", /^ {2}lease over in \d+s, looking \uFFFD\[2Jcloser$/);
  assert.match(lines[2] ?? "", /^images +flow\/map\[1\]\/label .* aside .* gpu-0 \(ana\)$/);
  assert.equal(lines[3], "  1 lease was lost, the last by gpu-0");
  assert.match(lines[4] ?? "", /^ {2}ligase work --put-back [\da-f-]{36}$/);
  assert.match(lines[5] ?? "", /^images +flow\/map\[3\]\/label .* ready /);
  assert.equal(lines.length, 6);
  assert.match((await ligase.run("work", "--topic", "other")).out, /^No external task/);
});

test("a task that was set aside is put back by its id, or refused when it is not aside", async (t) => {
  const waiting = await waitingRun(t, { "flow.ts": FLOW });
  const { ligase } = waiting;
  await minutesAgo(waiting, ({ external }) =>
    external.lease({ topics: ["images"], worker: "gpu-0", by: ANA }),
  );
  const listed = await ligase.run("work", "--state", "aside", "--json");
  const [aside = assert.fail()] = JSON.parse(listed.out) as readonly {
    readonly id: string;
    readonly state: string;
    readonly topic: string;
    readonly lostLeases: number;
    readonly worker: string;
  }[];
  assert.deepEqual(
    [aside.state, aside.topic, aside.lostLeases, aside.worker],
    ["aside", "images", 1, "gpu-0"],
  );
  const { out, code } = await ligase.run("work", "--put-back", aside.id);
  assert.deepEqual([out, code], ["flow/map[1]/label is in the line of images again\n", 0]);
  const again = await ligase.run("work", "--put-back", aside.id);
  assert.equal(again.code, 2);
  assert.match(again.err, /flow\/map\[1\]\/label.*is ready/);
});

test("nobody answers for a worker: the inbox leaves its tasks out, and show says what they wait for", async (t) => {
  const { ligase, id: run } = await waitingRun(t, { "flow.ts": FLOW });
  assert.match((await ligase.run("inbox")).out, /No gate waits/);
  assert.match((await ligase.run("show", run)).out, /label .*waits for a worker/);
  const { code, err } = await ligase.run("signal", run, "flow/map[1]/label", "3");
  assert.equal(code, 2);
  assert.match(err, /worker/);
});
