import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testFileStore } from "../../../testkit/src/file-store-contract.ts";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

testFileStore("local", {
  setup: () => {
    const top = mkdtempSync(join(tmpdir(), "ligase-files-"));
    const folder = join(top, "folder");
    mkdirSync(folder);
    const store = createLocalFileStore({ root: join(top, "root"), identities: createIdentitiesInMemory() });
    return {
      store,
      folder,
      close: async () => {
        await store.close();
        rmSync(top, { recursive: true });
      },
    };
  },
});
