import { readFileSync } from "node:fs";
import type { JobSpec } from "@ligase/sdk/internal";
import { createIdentitiesInMemory } from "../../files/identities-in-memory.ts";
import { createLocalFileStore } from "../../files/local-file-store.ts";
import { createLocalExecutor } from "./local.ts";

/* An engine to be killed: runs the jobs that a file lists, and tells the pid of its helper once they started. */
const [root = "", jobsPath = ""] = process.argv.slice(2);
const jobs = JSON.parse(readFileSync(jobsPath, "utf8")) as readonly JobSpec[];
const files = createLocalFileStore({ root, identities: createIdentitiesInMemory() });
let started = 0;
const executor = createLocalExecutor({
  name: "local",
  files,
  listener: (events) => {
    started += events.filter(({ kind }) => kind === "started").length;
    if (started === jobs.length) process.stdout.write(`${executor.helperPid}\n`);
  },
});
executor.submit(jobs);
