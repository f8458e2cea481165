import { after } from "node:test";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { testStore } from "../../testkit/src/store-contract.ts";
import { openPostgresStore } from "../src/store/postgres/postgres.ts";

const { skip } = needs("postgres");
const server = skip === false ? new PostgresServer() : null;
after(() => server?.[Symbol.dispose]());

testStore("Postgres", {
  skip,
  open() {
    const url = server?.url() ?? "";
    const stores = [openPostgresStore(url)];
    return {
      store: stores[0] as (typeof stores)[number],
      another() {
        const store = openPostgresStore(url);
        stores.push(store);
        return store;
      },
      pass(ms) {
        // The server's clock is the machine's: what it is compared with is moved.
        server?.sql(url, `UPDATE external_task SET due_at = due_at - ${ms}`);
        server?.sql(
          url,
          `UPDATE run SET lease_until = lease_until - ${ms}, heartbeat_at = heartbeat_at - ${ms}
           WHERE lease_owner IS NOT NULL`,
        );
      },
      close() {
        for (const store of stores) store.close();
      },
    };
  },
});
