import type { Engine, GateRecord, HandOver, Inspect, JobFilter } from "@ligase/engine";
import { openItems, readAudit } from "@ligase/engine/reader";
import { createReadStream, statSync } from "node:fs";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { OpenInspect, World } from "../world.ts";
import type { Desk, ReadingDesk, Sending } from "./desk.ts";
import type { JobLog, ShownJob } from "./run-desk.ts";

/** A run that waits is advanced by a process; without a sign of life for so long there is none. */
const ADVANCED_MS = 30_000;
const PAGE = 1_000;

/** A store, only to look at it. */
export class StoreDesk implements ReadingDesk {
  readonly #inspect: Inspect;
  readonly #world: World;
  readonly #close: OpenInspect["close"];

  constructor({ inspect, close }: OpenInspect, world: World) {
    this.#inspect = inspect;
    this.#world = world;
    this.#close = close;
  }

  inbox: Desk["inbox"] = async () => [...openItems(this.#inspect)];

  audit: Desk["audit"] = async (run) => readAudit(this.#inspect, this.#inspect.run(run));

  runs: Desk["runs"] = async (filter) => this.#inspect.runs(filter);

  run: Desk["run"] = async (id) => {
    const run = this.#inspect.run(id);
    return { ...run, goesOn: this.#world.now() - (run.heartbeatAt ?? 0) < ADVANCED_MS };
  };

  value: Desk["value"] = async (run) => this.#inspect.value(run);

  jobCounts: Desk["jobCounts"] = async (run) => this.#inspect.jobCounts(run);

  async *jobPages(run: string, filter: JobFilter = {}): AsyncGenerator<readonly ShownJob[], void> {
    let { after = 0, limit: left = Number.POSITIVE_INFINITY } = filter;
    while (left > 0) {
      const limit = Math.min(PAGE, left);
      const page = this.#inspect.jobs(run, { ...filter, after, limit });
      yield page;
      if (page.length < limit) return;
      left -= limit;
      after = page.at(-1)?.number ?? after;
    }
  }

  job: Desk["job"] = async (run, number) => this.#inspect.job(run, number);

  jobData: Desk["jobData"] = async (run, number) => this.#inspect.jobData(run, number);

  attempts: Desk["attempts"] = async (run, number) => this.#inspect.attempts(run, number);

  logs: Desk["logs"] = async (run, number) =>
    this.#inspect
      .attempts(run, number)
      .flatMap((attempt) =>
        this.#inspect.logFiles(attempt).map((file) => fileLog({ ...file, attempt: attempt.number })),
      );

  why: Desk["why"] = async (run, number) => this.#inspect.why(run, number);

  decks: Desk["decks"] = async (run) => this.#inspect.decks(run);

  gateRecords: Desk["gateRecords"] = async (run, wanted) =>
    this.#inspect.gates(run).filter(({ status }) => wanted === undefined || status === wanted);

  votes: Desk["votes"] = async ({ runId, id }) => this.#inspect.votes(runId, id);

  decidedBefore: Desk["decidedBefore"] = async ({ runId, id }) => this.#inspect.decidedBefore(runId, id);

  close: Desk["close"] = async () => await this.#close();
}

const fileLog = ({ path, ...named }: { path: string; name: string; attempt: number }): JobLog => ({
  ...named,
  key: path,
  size: async () => statSync(path).size,
  read: (from) => createReadStream(path, { start: from }) as AsyncIterable<Buffer>,
});

/** A store, where the person at this machine decides. */
export class EngineDesk extends StoreDesk implements Desk {
  readonly #engine: Engine;
  readonly #user: () => string;

  constructor(engine: Engine, world: World) {
    super({ inspect: engine.inspect, close: () => engine.close() }, world);
    this.#engine = engine;
    this.#user = () => world.user();
  }

  work: Desk["work"] = async (wanted) => this.#engine.external.list(wanted);

  putBack: Desk["putBack"] = async (id) => this.#engine.external.putBack(id, { name: this.#user() });

  gates: Desk["gates"] = async (run) => this.#engine.inspect.gates(run);

  gate: Desk["gate"] = async (run, id) => this.#engine.inspect.gate(run, id);

  cancel: Desk["cancel"] = async (run) => {
    const { id } = this.#engine.inspect.run(run);
    this.#engine.cancel(id);
    return this.#engine.inspect.run(id);
  };

  async decide(all: readonly Sending[]): Promise<readonly Decided[]> {
    const { inspect } = this.#engine;
    const by = this.#user();
    // What comes before its gate is checked by the workflow's graph, which is in the user's file (C24).
    for (const { named } of all)
      if (named.gate === null) await this.#engine.load(inspect.run(named.run.id).file);
    const decisions = all.map(({ named, sent }) => ({ run: named.run.id, gate: named.address, by, ...sent }));
    const results = this.#engine.decide(await this.#engine.withFilesKept(decisions));
    return all.map(({ named, sent: { outcome } }, index) => {
      const result = results[index] ?? "kept";
      const votes = result === "kept" ? [] : inspect.votes(named.run.id, result.id);
      return { named, outcome, result, votes };
    });
  }

  async handOver({ run, address }: NamedGate, given: Pick<HandOver, "to" | "comment">): Promise<GateRecord> {
    return this.#engine.handOver({ run: run.id, gate: address, by: this.#user(), ...given });
  }
}
