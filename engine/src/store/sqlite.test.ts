import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testStore } from "../../../testkit/src/store-contract.ts";
import { openSqliteStore } from "./sqlite.ts";

testStore("SQLite", {
  open() {
    const folder = mkdtempSync(join(tmpdir(), "ligase-store-"));
    const path = join(folder, "store.db");
    const stores = [openSqliteStore(path)] as const;
    const others: ReturnType<typeof openSqliteStore>[] = [];
    return {
      store: stores[0],
      another() {
        const store = openSqliteStore(path);
        others.push(store);
        return store;
      },
      close() {
        for (const store of [...stores, ...others]) store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
