import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecutorRig } from "../../../../testkit/src/executor-contract.ts";
import { createIdentitiesInMemory } from "../../files/identities-in-memory.ts";
import { createLocalFileStore } from "../../files/local-file-store.ts";
import { createLocalExecutor } from "./local.ts";

test("a job that is cancelled while its inputs are staged stages no more of them", async () => {
  const staged: string[] = [];
  const { promise: go, resolve: release } = Promise.withResolvers<void>();
  const { promise: first, resolve: reached } = Promise.withResolvers<void>();
  await using rig = await ExecutorRig.make(({ root, listener }) => {
    const files = createLocalFileStore({ root, identities: createIdentitiesInMemory() });
    const slow = Object.create(files, {
      stage: {
        value: async (_value: unknown, path: string) => {
          staged.push(path);
          reached();
          await go;
        },
      },
    }) as typeof files;
    return { files, executor: createLocalExecutor({ name: "local", files: slow, listener }) };
  });
  const source = await rig.file("a", "x");
  const inputs = ["1", "2", "3"].map((path) => ({ path, source }));
  const spec = rig.job({ command: "true", inputs });
  rig.executor.submit([spec]);
  await first;
  rig.executor.cancel([spec.id], 0);
  release();
  assert.equal((await rig.ended(spec)).error.kind, "cancelled");
  assert.equal(staged.length, 1);
});
