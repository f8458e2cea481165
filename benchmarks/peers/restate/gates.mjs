// Measures handlers that wait for an awakeable with Restate, in a service on an empty server. It is copied beside the
// installed packages and runs there.
import { setTimeout } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { forEachRun } from "../../programs/gates/gate-engine.ts";
import { Moments } from "../../programs/gates/moments.ts";
import { measurePeer } from "../../programs/gates/peer-gates.ts";
import { serveTo } from "./serve-to.mjs";

/** @import { PeerEngine, PeerWork } from "../../programs/gates/peer-gates.ts" */

/** @typedef {{ ingressUrl: string, adminUrl: string, port: number, serverPid: number, work: PeerWork }} Input */
const { ingressUrl, adminUrl, port, serverPid, work } = /** @type {Input} */ (
  JSON.parse(process.argv[2] ?? "")
);

const [waiting, resumed, ended] = [new Moments(), new Moments(), new Moments()];
/** @type {Map<number, string>} */
const awakeables = new Map();

const gated = restate.service({
  name: "gated",
  handlers: {
    wait: async (/** @type {import("@restatedev/restate-sdk").Context} */ ctx, /** @type {number} */ x) => {
      const { id, promise } = ctx.awakeable();
      // A handler that was suspended begins anew.
      if (!awakeables.has(x)) waiting.note(x);
      awakeables.set(x, id);
      await promise;
      resumed.note(x);
      await ctx.run("step", () => x);
      ended.note(x);
    },
  },
});

const ingress = clients.connect({ url: ingressUrl });
const client = ingress.serviceSendClient(gated);
await serveTo({ adminUrl, port }, gated);

/** @type {PeerEngine} */
const engine = {
  serverPid,
  resumed,
  ended,
  async start(runs) {
    const allWait = waiting.more(runs.length);
    await forEachRun(runs, (x) => client.wait(x));
    await allWait;
    await setTimeout(1_000);
  },
  answer: (run) => ingress.resolveAwakeable(awakeables.get(run) ?? "", true),
  // What waits is suspended after its default of a minute, and the next thousand begin.
  async settled(count) {
    while ((await suspended()) < count) await setTimeout(500);
  },
};
const measured = await measurePeer(engine, work);
process.stdout.write(JSON.stringify(measured), () => process.exit());

async function suspended() {
  const answer = await fetch(`${adminUrl}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      query: "SELECT count(*) AS runs FROM sys_invocation WHERE status = 'suspended'",
    }),
  });
  const { rows } = /** @type {{ rows: { runs: number }[] }} */ (await answer.json());
  return rows[0]?.runs ?? 0;
}
