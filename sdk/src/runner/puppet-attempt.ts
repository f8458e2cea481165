import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { File, isFile, type Dir } from "../values/file.ts";
import { AttemptContext, type JobReport } from "./attempt-context.ts";
import type { JobSpec } from "./job.ts";
import type { RunnableTask } from "./task-table.ts";

/** A real attempt in a folder of its own, with all that it told. Only for tests. */
export interface PuppetAttempt {
  readonly context: AttemptContext;
  readonly folder: string;
  readonly reports: readonly JobReport[];
}

/** Makes an attempt; its folder goes away after the test file. */
export function puppetAttempt(spec: Partial<JobSpec> = {}): PuppetAttempt {
  const root = mkdtempSync(join(tmpdir(), "ligase-attempt-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "attempt");
  const reports: JobReport[] = [];
  const context = new AttemptContext(puppetSpec({ folder, ...spec }), {
    report: (report) => reports.push(report),
    identify: (value) => Promise.resolve(identified(value)),
    groups: { started: () => undefined, ended: () => undefined },
  });
  return { context, folder, reports };
}

export function puppetSpec(spec: Partial<JobSpec>): JobSpec {
  return {
    id: "job",
    task: "puppet",
    attempt: 1,
    work: { kind: "function", argsText: "{}" },
    resources: { cpu: 1, memoryBytes: 2 ** 30, gpu: 0, diskBytes: 0 },
    timeoutMs: null,
    folder: "",
    env: {},
    secrets: {},
    ...spec,
  };
}

/** A function task around a body. */
export function puppetTask(run: RunnableTask["run"], more: Partial<RunnableTask> = {}): RunnableTask {
  const accept = (value: unknown) => ({ ok: true as const, value });
  return { name: "puppet", refineInput: accept, checkOutput: accept, run, ...more };
}

function identified(value: File | Dir): File | Dir {
  return isFile(value) ? new File({ name: value.name, uri: value.uri, digest: "sha256:00", size: 7 }) : value;
}
