import { alternate } from "../../measuring/alternate.ts";
import { rateLine } from "../../measuring/lines.ts";
import type { Line, Row } from "../../measuring/row.ts";
import { DURABLE_WORK, type WorkKind } from "../durable-work.ts";
import { runInstalled } from "../run-installed.ts";
import { NPM_PEERS } from "../versions.ts";
import { startPostgres } from "./postgres.ts";

/** Row 6 beside DBOS on Postgres, each in a warm process of its own on an empty database. */
export const dbos: Row = {
  name: "dbos",
  async *run({ isSmall, pairs }) {
    await using postgres = await startPostgres();
    let databases = 0;
    const measure = async (work: WorkKind, count: number, commit: "on" | "off") => {
      const url = await postgres.makeDatabase(`bench_${++databases}`, commit);
      return await runInstalled<number>(new URL("./program.mjs", import.meta.url), { url, work, count });
    };
    const count = isSmall ? 50 : 1_000;
    for (const { name, unit, work, durability, ours } of DURABLE_WORK) {
      const peer = `DBOS ${NPM_PEERS["@dbos-inc/dbos-sdk"]} on Postgres`;
      const named = { name: `${count} ${name}`, unit, durability };
      const full = await alternate(
        pairs,
        () => ours(count),
        () => measure(work, count, "on"),
      );
      yield rateLine({ ...named, peer: `${peer} (FULL)` }, count, full);
      if (durability === "FULL") continue;
      const off = await alternate(
        pairs,
        () => ours(count),
        () => measure(work, count, "off"),
      );
      yield rateLine({ ...named, peer: `${peer} (synchronous_commit off)` }, count, off) satisfies Line;
    }
  },
};
