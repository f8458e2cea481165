import { encode } from "@ligase/sdk/values";
import type { Store } from "@ligase/engine/testing";
import { RecordedRun } from "./full-store/recorded-run.ts";
import { addSample, type SampleCalls } from "./full-store/sample.ts";

export interface FullStore {
  /** Index of the first run: a store may be filled in parts; default 0. */
  readonly from?: number;
  readonly runs: number;
  readonly samplesPerRun: number;
  /** Each of so many samples has a gate and a deck; default 100. */
  readonly samplesPerGate?: number;
}

/** Samples that are written in one transaction. */
const SAMPLES_AT_ONCE = 400;
/** A run begins each minute. */
const [BEGIN_MS, EACH_MS] = [1_787_000_000_000, 60_000];
const PEOPLE = ["ana", "ben", "cid", "dora"];
const ERROR = { kind: "user", name: "Error", message: "too few reads" } as const;

/** When a run began, by its index. */
export const fullRunTime = (index: number): number => BEGIN_MS + index * EACH_MS;

/** The id of a run, by its index: a UUIDv7 of its time. */
export function fullRunId(index: number): string {
  const time = fullRunTime(index).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${index.toString(16).padStart(12, "0")}`;
}

/**
 * Fills a store through its port with runs such as a laboratory has: each maps a nested workflow over its samples, five
 * jobs for each. Texts, numbers and files are arguments, edges go from call to call, some jobs failed, some were tried
 * twice, some are answered by the run before, some wait for a person. Equal options give equal content.
 */
export function fillStore(
  store: Store,
  { from = 0, runs, samplesPerRun, samplesPerGate = 100 }: FullStore,
): void {
  let before: readonly SampleCalls[] = [];
  for (let index = from; index < from + runs; index++) {
    const run = new RecordedRun(store, { index, id: fullRunId(index), startMs: fullRunTime(index) });
    store.commit("computed", () => beginRun(store, index, samplesPerRun));
    const samples: SampleCalls[] = [];
    while (samples.length < samplesPerRun)
      store.commit("computed", () => {
        const end = Math.min(samplesPerRun, samples.length + SAMPLES_AT_ONCE);
        while (samples.length < end)
          samples.push(
            addSample(run, {
              sample: index * samplesPerRun + samples.length,
              before: before[samples.length] ?? null,
              samplesPerGate,
            }),
          );
      });
    store.commit("computed", () => endRun(store, index, run.waitsForGates));
    before = samples;
  }
}

function beginRun({ runs }: Store, index: number, samples: number): void {
  const id = fullRunId(index);
  const at = fullRunTime(index);
  runs.insert({
    id,
    name: index % 7 === 3 ? "recount" : "align-all",
    file: "/data/lab/flows/align.ts",
    args: encode({ sheet: `run-${index}.csv`, samples }),
    bundle: "{}",
    user: PEOPLE[index % PEOPLE.length] ?? "",
    tags: index % 3 === 0 ? { project: `p${index % 20}`, batch: String(index) } : {},
    options: '{"check":"proof","onFailure":"stop"}',
    parent: null,
    createdAt: at,
  });
  runs.move(id, "running", at);
}

function endRun({ runs }: Store, index: number, isWaiting: boolean): void {
  const status = isWaiting ? "waiting" : index % 11 === 5 ? "failed" : "succeeded";
  const end = { waiting: {}, failed: { error: ERROR }, succeeded: { value: `"run-${index}"` } }[status];
  runs.move(fullRunId(index), status, fullRunTime(index) + 50_000, end);
}
