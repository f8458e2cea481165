// Measures workflows that wait for a message with DBOS, on an empty database. It is copied beside the installed packages
// and runs there.
import { setTimeout } from "node:timers/promises";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { forEachRun } from "../../programs/gates/gate-engine.ts";
import { Moments } from "../../programs/gates/moments.ts";
import { measurePeer } from "../../programs/gates/peer-gates.ts";

/** @import { PeerEngine, PeerWork } from "../../programs/gates/peer-gates.ts" */

/** @typedef {{ url: string, serverPid: number, work: PeerWork }} Input */
const { url, serverPid, work } = /** @type {Input} */ (JSON.parse(process.argv[2] ?? ""));

const [resumed, ended] = [new Moments(), new Moments()];

// By default a wait gives up after a minute. All else is as it comes: a message is notified, and looked for by intervals.
const WAIT = { timeoutSeconds: 24 * 3600 };

const gated = DBOS.registerWorkflow(
  async (/** @type {number} */ x) => {
    await DBOS.recv("ok", WAIT);
    resumed.note(x);
    return await DBOS.runStep(async () => x, { name: "step" });
  },
  { name: "gated" },
);

DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, logLevel: "error" });
await DBOS.launch();

/** @type {PeerEngine} */
const engine = {
  serverPid,
  resumed,
  ended,
  async start(runs) {
    await forEachRun(runs, async (x) => {
      const handle = await DBOS.startWorkflow(gated, { workflowID: String(x) })(x);
      void handle.getResult().then(() => ended.note(x));
    });
    // A wait records when it gives up, and then listens; that nobody tells.
    await forEachRun(runs, async (run) => {
      while (!(await hasRecordedWait(run))) await setTimeout(100);
    });
    await setTimeout(1_000);
  },
  answer: (run) => DBOS.send(String(run), true, "ok"),
  // Nothing that waits leaves its memory.
  settled: () => Promise.resolve(),
};
const measured = await measurePeer(engine, work);
process.stdout.write(JSON.stringify(measured), () => process.exit());

async function hasRecordedWait(/** @type {number} */ run) {
  const steps = await DBOS.listWorkflowSteps(String(run));
  return steps?.some(({ name }) => name === "DBOS.sleep") ?? false;
}
