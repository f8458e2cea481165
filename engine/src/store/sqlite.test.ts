import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testStore } from "../../../testkit/src/store-contract.ts";
import { openSqliteStore } from "./sqlite.ts";

testStore("SQLite", {
  open() {
    const folder = mkdtempSync(join(tmpdir(), "ligase-store-"));
    const path = join(folder, "store.db");
    let passed = 0;
    const now = (): number => Date.now() + passed;
    const stores = [openSqliteStore(path, now)] as const;
    const others: ReturnType<typeof openSqliteStore>[] = [];
    return {
      store: stores[0],
      another() {
        const store = openSqliteStore(path, now);
        others.push(store);
        return store;
      },
      pass(ms) {
        passed += ms;
      },
      close() {
        for (const store of [...stores, ...others]) store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
