// Serves a service to Restate, does the work of one measure through it, and prints the seconds that it took. It is copied
// beside the installed packages and runs there.
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { serveTo } from "./serve-to.mjs";

/** @typedef {{ ingressUrl: string, adminUrl: string, port: number, work: "steps" | "one-by-one" | "at-once", count: number }} Input */
const { ingressUrl, adminUrl, port, work, count } = /** @type {Input} */ (JSON.parse(process.argv[2] ?? ""));

const bench = restate.service({
  name: "bench",
  handlers: {
    /** Many steps, one after another. */
    steps: async (
      /** @type {import("@restatedev/restate-sdk").Context} */ ctx,
      /** @type {{ from: number, length: number }} */ { from, length },
    ) => {
      let x = from;
      for (let step = 0; step < length; step++) {
        const before = x;
        x = await ctx.run("step", () => before + 1);
      }
      return x;
    },
    oneStep: (/** @type {import("@restatedev/restate-sdk").Context} */ ctx, /** @type {number} */ x) =>
      ctx.run("step", () => x + 1),
  },
});

const client = clients.connect({ url: ingressUrl }).serviceClient(bench);

/** @type {Record<Input["work"], (from: number, length: number) => Promise<unknown>>} */
const WORK = {
  steps: (from, length) => client.steps({ from, length }),
  async "one-by-one"(from, length) {
    for (let x = from; x < from + length; x++) await client.oneStep(x);
  },
  "at-once": (from, length) =>
    Promise.all(Array.from({ length }, (_, index) => client.oneStep(from + index))),
};

await serveTo({ adminUrl, port }, bench);
await WORK[work](0, Math.ceil(count / 10));
const start = performance.now();
await WORK[work](count, count);
process.stdout.write(JSON.stringify((performance.now() - start) / 1000), () => process.exit());
