import { join } from "node:path";
import { testExecutor } from "../../../../testkit/src/executor-contract.ts";
import { createIdentitiesInMemory } from "../../files/identities-in-memory.ts";
import { createLocalFileStore } from "../../files/local-file-store.ts";
import { createLocalExecutor } from "./local.ts";

testExecutor("local", {
  takesAhead: true,
  setup: ({ root, listener }) => {
    const files = createLocalFileStore({ root: join(root, "store"), identities: createIdentitiesInMemory() });
    return { files, executor: createLocalExecutor({ name: "local", files, listener, graceMs: 50 }) };
  },
});
