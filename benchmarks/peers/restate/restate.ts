import { alternate } from "../../measuring/alternate.ts";
import { rateLine } from "../../measuring/lines.ts";
import type { Row } from "../../measuring/row.ts";
import { DURABLE_WORK, type WorkKind } from "../durable-work.ts";
import { freePort } from "../free-port.ts";
import { runInstalled } from "../run-installed.ts";
import { NPM_PEERS } from "../versions.ts";
import { startRestate } from "./server.ts";

/** Row 6 beside Restate: its server and a service, each measure in a warm service on an empty server. */
export const restate: Row = {
  name: "restate",
  async *run({ isSmall, pairs }) {
    const measure = async (work: WorkKind, count: number) => {
      await using server = await startRestate();
      const { ingressUrl, adminUrl } = server;
      const input = { ingressUrl, adminUrl, port: await freePort(), work, count };
      return await runInstalled<number>(new URL("./program.mjs", import.meta.url), input);
    };
    const count = isSmall ? 50 : 1_000;
    for (const { name, unit, work, durability, ours } of DURABLE_WORK) {
      const peer = `Restate ${NPM_PEERS["@restatedev/restate-server"]} (FULL)`;
      const beside = await alternate(
        pairs,
        () => ours(count),
        () => measure(work, count),
      );
      yield rateLine({ name: `${count} ${name}`, unit, durability, peer }, count, beside);
    }
  },
};
