import { isLigaseError } from "@ligase/sdk";
import type { JobError } from "@ligase/sdk/internal";
import type { LaunchOptions, RunEnd, RunEvent, RunHandle } from "@ligase/engine/testing";
import { readDecisions } from "../decisions/decision-rows.ts";
import type { Seeded } from "../kill/seeded.ts";
import { endedRun, wrongEnd } from "./expected-end.ts";
import type { ClientsWorld } from "./clients-world.ts";
import { Death } from "./life.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import { Publishers } from "./publishers.ts";
import { Voters } from "./voters.ts";
import { Workers } from "./workers.ts";

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly args: string;
  readonly value: string | null;
  readonly error: string | null;
}

type Launch = Pick<LaunchOptions, "args" | "check" | "onFailure">;

/** What a client is answered when it comes too early, too late, or when the machine fails. */
const REFUSALS = new Set(["run-ended", "run-busy", "run-not-found", "store-disk-full"]);

const FLOW = "/simulated/flow.ts";

/** Those who launch, cancel and resume, each through whichever engine answers. */
export class Clients {
  readonly #world: ClientsWorld;
  readonly #seeded: Seeded;
  readonly #launches: Launch[] = [];
  readonly #stopped = new Set<string>();
  readonly #voters: Voters;
  readonly #workers: Workers;
  readonly #publishers: Publishers;
  #isSettling = false;

  constructor(world: ClientsWorld) {
    this.#world = world;
    this.#seeded = world.seeded;
    this.#voters = new Voters(world);
    this.#workers = new Workers(world);
    this.#publishers = new Publishers(world);
  }

  isUncached(run: string): boolean {
    return this.#optionsOf(run).check === "none";
  }

  /** As its row has them: who launched it may not know that it exists. */
  #optionsOf(run: string): Launch {
    const [row] = this.#world.database.rows("SELECT options FROM run WHERE id = ?", run) as readonly {
      options: string;
    }[];
    return JSON.parse(row?.options ?? "{}") as Launch;
  }

  #later(delayMs: number, label: string, run: () => void): void {
    this.#world.time.in(delayMs, { life: null, label, run });
  }

  begin(): void {
    for (let count = this.#seeded.whole(1, 3); count > 0; count--) {
      const launch: Launch = {
        args: { a: this.#seeded.whole(0, 2), ...this.#dynamicArgs() },
        check: this.#seeded.one(["proof", "proof", "full", "none"] as const),
        onFailure: this.#seeded.one(["stop", "finish"] as const),
      };
      this.#launches.push(launch);
      this.#later(
        this.#seeded.one([0, 0, this.#seeded.whole(1, 500)]),
        "launch",
        () => void this.#launch(launch),
      );
    }
    for (let looks = this.#seeded.whole(2, 10); looks > 0; looks--)
      this.#later(this.#seeded.whole(0, this.#seeded.one([100, 2_000, 100_000])), "client", () =>
        this.#act(),
      );
    this.#workers.begin();
    this.#publishers.begin();
  }

  /** An engine is there, whom those may ask who wait. */
  opened(at: SimulatedEngine): void {
    this.#workers.opened(at);
  }

  #dynamicArgs(): object {
    const { graph } = this.#world.planned;
    return graph.isDynamic ? { parts: graph.parts } : {};
  }

  launchAgain(): void {
    this.#isSettling = false;
    for (const launch of this.#launches) {
      const check = this.#seeded.one(["proof", "proof", "full"] as const);
      this.#later(this.#seeded.whole(0, 50), "launch again", () => void this.#launch({ ...launch, check }));
    }
    this.#workers.begin();
    this.#publishers.begin();
  }

  async #launch(launch: Launch): Promise<void> {
    const at = this.#world.engine();
    if (at === null) return this.#later(1_000, "launch", () => void this.#launch(launch));
    const { name } = this.#world;
    await this.#asked(at, async () => {
      const handle = await at.engine.launch({ file: FLOW, name, ...launch });
      if (!at.life.isAlive) return;
      this.#world.told.launched(handle.id);
      this.#follow(at, handle);
      this.#voters.early(handle.id);
    });
  }

  /** Does something through an engine; what it answers to refuse is fine, and so is its death. */
  async #asked(at: SimulatedEngine, ask: () => Promise<void> | void): Promise<void> {
    try {
      await ask();
    } catch (error) {
      if (error instanceof Death || !at.life.isAlive) return;
      if (isLigaseError(error) && REFUSALS.has(error.code)) return;
      this.#world.broken("threw", error instanceof Error ? (error.stack ?? "") : String(error));
    }
  }

  #follow(at: SimulatedEngine, handle: RunHandle): void {
    at.handles.set(handle.id, handle);
    this.#world.watch.begins(handle.id, at.life);
    void this.#await(at, handle);
    // What an engine that serves does is heard of all its runs.
    if (at.serves) return;
    let isOver = false;
    handle.subscribe((event) => {
      if (!at.life.isAlive) return;
      if (isOver) this.#world.broken("R9", `${event.kind} is told of a run that has ended`);
      isOver = event.kind === "run-ended";
      this.#hear(event);
    });
  }

  #hear(event: RunEvent): void {
    const { told } = this.#world;
    if (event.kind === "gate-opened") told.shown(event.gate.id);
    if (event.kind === "gate-reminded" || event.kind === "gate-escalated") told.timed(event);
  }

  /** An engine goes on with runs by itself, whoever launched them. */
  serve(at: SimulatedEngine): void {
    at.engine.subscribe((run, event) => {
      if (!at.life.isAlive) return;
      this.#hear(event);
      if (event.kind === "run-ended") this.#ended(at, run, event.end);
      // It may have taken the run up without a word to anybody.
      else this.#world.watch.begins(run, at.life);
    });
    void this.#asked(at, async () => void (await at.engine.load(FLOW)));
  }

  async #await(at: SimulatedEngine, handle: RunHandle): Promise<void> {
    const end = await handle.ended;
    if (!at.life.isAlive) return;
    at.handles.delete(handle.id);
    if (!at.serves) this.#ended(at, handle.id, end);
  }

  #ended(at: SimulatedEngine, run: string, end: RunEnd): void {
    const { told, watch } = this.#world;
    this.#world.trace(`a run is told to be ${end.status} ${end.error?.message ?? ""}`);
    // It was left as it was, or stopped because it could not go on: that is no end.
    if (end.status === "waiting" || isOutside(end.error)) return;
    told.ended(run, end);
    watch.over(run, at.life);
  }

  /** What a client does when it looks: at random. */
  #act(): void {
    const at = this.#world.engine();
    const [run] = this.#pick(this.#runs());
    if (at === null || run === undefined) return;
    const { faults } = this.#world;
    if (faults.strikes("cancel")) return this.#cancel(at, run);
    if (faults.strikes("interrupt")) {
      const holder = this.#world.engines.find(({ handles }) => handles.has(run.id));
      this.#stopped.add(run.id);
      return holder?.handles.get(run.id)?.interrupt();
    }
    if (faults.strikes("close")) return this.#close(at);
    this.#goOn(run);
    this.#voters.look(run.id);
  }

  #pick<T>(list: readonly T[]): readonly T[] {
    return list.length === 0 ? [] : [this.#seeded.one(list)];
  }

  #cancel(at: SimulatedEngine, { id }: RunRow): void {
    this.#stopped.add(id);
    void this.#asked(at, () => at.engine.cancel(id));
  }

  #close(at: SimulatedEngine): void {
    void this.#asked(at, async () => {
      await at.engine.close();
      this.#world.kill(at.life);
    });
  }

  #runs(): readonly RunRow[] {
    return this.#world.database.rows(
      "SELECT id, status, args, value, error FROM run ORDER BY number",
    ) as readonly RunRow[];
  }

  /** Goes on with a run that stands still, if it may; returns whether it was tried. */
  #goOn(row: RunRow): boolean {
    const { id, status } = row;
    if (this.#world.engines.some(({ handles }) => handles.has(id))) return false;
    const isStopped = status === "cancelled" && this.#stopped.has(id) && this.#isSettling;
    const mayGoOn =
      status !== "succeeded" &&
      (isStopped || (status !== "cancelled" && (status !== "failed" || isOutside(errorOf(row)))));
    const at = this.#world.engine();
    if (!mayGoOn || at === null) return false;
    // Who serves goes on by itself with what nobody stopped.
    if (at.serves && status !== "failed" && !this.#stopped.has(id)) return false;
    if (isStopped) this.#stopped.delete(id);
    void this.#asked(at, async () => {
      this.#world.told.resumed(id);
      this.#world.watch.goesOn(id);
      const handle = await at.engine.resume(id);
      if (at.life.isAlive) this.#follow(at, handle);
    });
    return true;
  }

  /** Does what runs wait for; returns whether there was anything to do. */
  async help(): Promise<boolean> {
    this.#isSettling = true;
    let helped = false;
    for (const run of this.#runs()) {
      this.#checkCancel(run);
      helped = this.#goOn(run) || helped;
      helped = this.#voters.help(run.id) || helped;
    }
    helped = this.#workers.help() || helped;
    helped = this.#publishers.help() || helped;
    // Who was refused because a lease is not over yet comes again when it is.
    if (helped) this.#later(31_000, "time passes", () => undefined);
    await Promise.resolve();
    return helped;
  }

  /** R10: who advances a run finds the wish to cancel it in its row. */
  #checkCancel({ id }: RunRow): void {
    const { database, engines } = this.#world;
    const asked = database.rows("SELECT 1 FROM run WHERE id = ? AND cancel_asked = 1", id).length > 0;
    if (asked && engines.some(({ handles }) => handles.has(id)))
      this.#world.broken("R10", "a run is advanced that somebody asked to cancel");
  }

  /** C4, R10: nothing is due, nobody owes an answer, so every run has ended. */
  checkNothingHangs(): void {
    for (const { id, status } of this.#runs())
      if (status !== "succeeded" && status !== "failed" && status !== "cancelled")
        this.#world.broken(
          "C4",
          `a run is ${status} for ever${this.#world.engines.some(({ handles }) => handles.has(id)) ? ", though an engine has it" : ""}`,
        );
  }

  /** R1–R3: every run ended as the reference says. */
  checkEnds(): void {
    for (const run of this.#runs()) this.#checkEnd(run);
  }

  #checkEnd(row: RunRow): void {
    const broken = (what: string): void => this.#world.broken("R1-R3", what);
    if (row.status === "cancelled") {
      if (!this.#stopped.has(row.id)) broken("a run is cancelled that nobody cancelled");
      return;
    }
    const rows = readDecisions((sql) => this.#world.database.rows(sql));
    const finishes = this.#optionsOf(row.id).onFailure === "finish";
    const wrong = wrongEnd(endedRun(row, finishes), this.#world.planned, rows);
    if (wrong !== null) broken(wrong);
  }
}

const errorOf = ({ error }: RunRow): JobError | null =>
  error === null ? null : (JSON.parse(error) as JobError);

/** The run could not go on because of the machine, or because another engine has it. */
const isOutside = (error: JobError | null): boolean =>
  error?.code === "lease-lost" || error?.code?.startsWith("store-") === true;
