import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobSpec } from "@ligase/sdk/internal";
import { createIdentitiesInMemory } from "../../files/identities-in-memory.ts";
import { createLocalFileStore } from "../../files/local-file-store.ts";
import type { ExecutorEvent } from "../../ports/executor.ts";
import { createLocalExecutor } from "./local.ts";

/*
 * Run where `small` is a file system of 1 MiB. Runs scripts that work there: one that fills it and fails, one that fills
 * it and needs no more, one that cannot be written for it is full, one when there is space again. Writes their errors as JSON.
 */
const [small = "", large = ""] = process.argv.slice(2);
const files = createLocalFileStore({ root: join(large, "root"), identities: createIdentitiesInMemory() });
let ended: (event: ExecutorEvent) => void = () => undefined;
const executor = createLocalExecutor({
  name: "local",
  files,
  listener: (events) => events.filter(({ kind }) => kind === "ended").forEach((event) => ended(event)),
});

const FILL = "head -c 2M /dev/zero >zeros";
const errors = [await errorOf("fails", FILL), await errorOf("succeeds", `${FILL} 2>/dev/null || true`)];
filled();
errors.push(await errorOf("begins", ": $$"));
rmSync(join(small, "fill"));
errors.push(await errorOf("again", "true"));
process.stdout.write(JSON.stringify(errors));
await executor.close();
await files.close();

async function errorOf(id: string, command: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<ExecutorEvent>();
  ended = resolve;
  const spec: JobSpec = {
    id,
    task: id,
    attempt: 1,
    resources: { cpu: 1, memoryBytes: 2 ** 20, gpu: 0, diskBytes: 0 },
    timeoutMs: null,
    folder: join(small, id),
    env: {},
    secrets: {},
    work: {
      kind: "script",
      script: { command, inputs: [], outputs: { kind: "value", value: null }, publish: {} },
    },
  };
  executor.submit([spec]);
  const event = await promise;
  rmSync(join(spec.folder, "zeros"), { force: true });
  if (event.kind !== "ended") throw new Error("it did not end");
  return event.outcome.ok ? null : [event.outcome.error.kind, event.outcome.error.code];
}

/** Takes the last byte of the disk. */
function filled(): void {
  for (let bytes = 2 ** 20; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      writeFileSync(join(small, "fill"), Buffer.alloc(bytes), { flag: "a" });
      bytes *= 2;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}
