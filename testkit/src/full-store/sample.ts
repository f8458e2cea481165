import { File, hashText } from "@ligase/sdk/values";
import type { RecordedRun } from "./recorded-run.ts";

/** Numbers of the calls of a sample; null for one that failed. */
export type SampleCalls = readonly number[] | null;

/** The four calls of the nested workflow, and itself. */
const TASKS = ["align", "count", "score", "report", "per-sample"] as const;
/** Every so many samples something happened. */
const [CACHED_EACH, FAILED_EACH] = [10, 97];

/** Records the jobs of a sample, by its number in the store; `before` are the calls of the same place in the run before. */
export function addSample(
  run: RecordedRun,
  of: { readonly sample: number; readonly before: SampleCalls; readonly samplesPerGate: number },
): SampleCalls {
  const { sample, before, samplesPerGate } = of;
  const parent = run.nextJob();
  if (before !== null && sample % CACHED_EACH === 0) {
    for (const [at, call] of before.entries())
      run.cachedJob(TASKS[at] ?? "", at === 4 ? { number: parent, parent: null } : own(run, parent), call);
    return before;
  }
  const align = addAlign(run, parent, sample);
  if (sample % FAILED_EACH === 1) {
    run.failedJob("count", own(run, parent));
    run.failedJob("score", own(run, parent));
    run.failedJob("report", own(run, parent));
    run.failedJob("per-sample", { number: parent, parent: null });
    return null;
  }
  const calls = [align, ...addCalls(run, { parent, sample, align })];
  if (sample % samplesPerGate === 3) {
    run.gate(parent, nameOf(sample));
    run.deck(parent, nameOf(sample));
  }
  return calls;
}

function addAlign(run: RecordedRun, parent: number, sample: number): number {
  const name = nameOf(sample);
  const args = { sample: name, reads: fileOf(name, "fq.gz"), lane: sample % 8 };
  const job = own(run, parent);
  const value = fileOf(name, "bam");
  const call = run.job("align", job, { args, value, edges: [["", ""]], executor: "local" });
  run.attempts(job.number);
  return call;
}

function addCalls(
  run: RecordedRun,
  { parent, sample, align }: { readonly parent: number; readonly sample: number; readonly align: number },
): readonly number[] {
  const name = nameOf(sample);
  const reads = 1_000 + ((sample * 7_919) % 90_000);
  const executor = "process";
  const count = run.job("count", own(run, parent), {
    args: { bam: fileOf(name, "bam"), threshold: 0.05 },
    value: reads,
    executor,
    edges: [[".bam", align]],
  });
  const score = run.job("score", own(run, parent), {
    args: { reads, sample: name },
    value: { score: sample % 100, isGood: true },
    executor,
    edges: [
      [".reads", count],
      [".sample", ""],
    ],
  });
  const report = run.job("report", own(run, parent), {
    args: { score: sample % 100, sample: name },
    value: fileOf(name, "html"),
    executor,
    edges: [[".score", score, ".score"]],
  });
  const whole = run.job(
    "per-sample",
    { number: parent, parent: null },
    {
      args: { sample: name, lane: sample % 8 },
      value: fileOf(name, "html"),
      executor: null,
      edges: [["", ""]],
      valueEdges: [["", report]],
      first: hashText("per-sample"),
    },
  );
  return [count, score, report, whole];
}

const own = (run: RecordedRun, parent: number): { readonly number: number; readonly parent: number } => ({
  number: run.nextJob(),
  parent,
});

/** The name of a sample, a text that its jobs were given. */
export const nameOf = (sample: number): string => `S${String(sample).padStart(7, "0")}`;

function fileOf(name: string, type: string): File {
  const digest = `sha256:${Buffer.from(hashText(`${name} ${type}`).slice(2), "base64url").toString("hex")}`;
  const uri = `file:///data/lab/.ligase/content/${digest.slice(7, 9)}/${digest.slice(9)}`;
  return new File({ digest, size: 10_000 + name.length, name: `${name}.${type}`, uri });
}
