import { isDeepStrictEqual } from "node:util";
import { isLigaseError } from "@ligase/sdk";
import { decode, type JobError } from "@ligase/sdk/internal";
import type { Decision, LaunchOptions, RunEnd, RunHandle } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import type { ExecutionWatch } from "./execution-watch.ts";
import type { Faults } from "./faults.ts";
import { Death, type Life } from "./life.ts";
import type { PlannedGate, PlannedGraph } from "./random-graph.ts";
import { worthOf, type Decided } from "./reference.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";
import type { SimulatedTime } from "./simulated-time.ts";
import type { Told } from "./told.ts";

/** What clients have to do with. */
export interface ClientsWorld {
  readonly planned: PlannedGraph;
  /** Name of what they launch. */
  readonly name: string;
  readonly faults: Faults;
  readonly seeded: Seeded;
  readonly time: SimulatedTime;
  readonly database: SimulatedDatabase;
  readonly watch: ExecutionWatch;
  readonly told: Told;
  readonly engines: readonly SimulatedEngine[];
  /** One that answers now; null when there is none. */
  engine(): SimulatedEngine | null;
  kill(life: Life): void;
  broken(rule: string, what: string): void;
  trace(line: string): void;
}

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly args: string;
  readonly value: string | null;
  readonly error: string | null;
}

interface GateRow {
  readonly id: string;
  readonly run: string;
  readonly name: string;
  readonly status: string;
  readonly decision: string | null;
}

type Launch = Pick<LaunchOptions, "args" | "check" | "onFailure">;

/** What a client is answered when it comes too early, too late, or when the machine fails. */
const REFUSALS = new Set([
  "gate-not-found",
  "gate-not-unique",
  "evidence-not-seen",
  "run-ended",
  "run-busy",
  "run-not-found",
  "store-disk-full",
]);

/** Those who launch, decide, cancel and resume, each through whichever engine answers. */
export class Clients {
  readonly #world: ClientsWorld;
  readonly #seeded: Seeded;
  readonly #launches: Launch[] = [];
  readonly #stopped = new Set<string>();
  #decisions = 0;
  #isSettling = false;

  constructor(world: ClientsWorld) {
    this.#world = world;
    this.#seeded = world.seeded;
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
  }

  async #launch(launch: Launch): Promise<void> {
    const at = this.#world.engine();
    if (at === null) return this.#later(1_000, "launch", () => void this.#launch(launch));
    const { name } = this.#world;
    await this.#asked(at, async () => {
      const handle = await at.engine.launch({ file: "/simulated/flow.ts", name, ...launch });
      if (!at.life.isAlive) return;
      this.#world.told.launched(handle.id);
      this.#follow(at, handle);
      this.#decideEarly(handle.id);
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
    const { told, watch } = this.#world;
    at.handles.set(handle.id, handle);
    watch.begins(handle.id);
    let isOver = false;
    handle.subscribe((event) => {
      if (!at.life.isAlive) return;
      if (isOver) this.#world.broken("R9", `${event.kind} is told of a run that has ended`);
      isOver = event.kind === "run-ended";
      if (event.kind === "gate-opened") told.shown(event.gate.id);
    });
    void this.#await(at, handle);
  }

  async #await(at: SimulatedEngine, handle: RunHandle): Promise<void> {
    const end = await handle.ended;
    if (at.life.isAlive) this.#ended(at, handle.id, end);
  }

  #ended(at: SimulatedEngine, run: string, end: RunEnd): void {
    const { told, watch } = this.#world;
    at.handles.delete(run);
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
    for (const gate of this.#gates(run.id))
      if (gate.status === "open" && this.#seeded.chance(0.6)) this.#decide(gate);
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

  #decideEarly(run: string): void {
    for (const gate of this.#world.planned.gates.values())
      if (!gate.isRepeated && gate.gate !== "sleep" && this.#world.faults.strikes("early"))
        this.#send(this.#decisionOn(run, gate.name, gate));
  }

  #decide(row: GateRow): void {
    const planned = this.#world.planned.gates.get(row.name);
    if (planned === undefined || planned.gate === "sleep") return;
    const decision = this.#decisionOn(row.run, row.id, planned);
    this.#send(decision);
    const { faults } = this.#world;
    if (faults.strikes("twice"))
      this.#later(this.#seeded.whole(0, 200), "the same again", () => this.#send(decision));
    if (faults.strikes("contradiction"))
      this.#later(this.#seeded.whole(0, 200), "another decision", () => this.#contradict(row, planned));
  }

  /** Gates that open several times are all decided alike: only what comes too late contradicts. */
  #contradict(row: GateRow, planned: PlannedGate): void {
    const now = this.#gates(row.run).find(({ id }) => id === row.id);
    if (planned.isRepeated && now?.status === "open") return;
    this.#send(this.#decisionOn(row.run, row.id, { ...planned, isRepeated: false }));
  }

  #decisionOn(run: string, gate: string, planned: PlannedGate): Decision {
    const by = `person ${++this.#decisions}`;
    if (planned.gate === "input")
      return { run, gate, by, outcome: "answered", value: planned.isRepeated ? 5 : this.#seeded.whole(0, 9) };
    const outcome = planned.isRepeated || this.#seeded.chance(0.7) ? "approved" : "rejected";
    return { run, gate, by, outcome };
  }

  #send(decision: Decision): void {
    const at = this.#world.engine();
    if (at === null) return;
    const { told } = this.#world;
    void this.#asked(at, () => {
      try {
        const answer = at.engine.decide(decision);
        if (at.life.isAlive) told.accepted(decision, answer === "kept" ? null : answer.id);
        this.#world.trace(
          `${decision.by} decided ${decision.outcome}: ${answer === "kept" ? "kept" : answer.status}`,
        );
      } catch (error) {
        if (!isLigaseError(error, "gate-already-resolved")) throw error;
        if (at.life.isAlive) told.refused(decision);
      }
    });
  }

  #runs(): readonly RunRow[] {
    return this.#world.database.rows(
      "SELECT id, status, args, value, error FROM run ORDER BY number",
    ) as readonly RunRow[];
  }

  #gates(run: string): readonly GateRow[] {
    return this.#world.database.rows(
      `SELECT g.id, r.id AS run, g.name, g.status, g.decision FROM gate g JOIN run r ON r.number = g.run
       WHERE r.id = ? ORDER BY g.opened_at, g.path`,
      run,
    ) as readonly GateRow[];
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
    if (isStopped) this.#stopped.delete(id);
    void this.#asked(at, async () => {
      this.#world.told.resumed(id);
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
      for (const gate of this.#gates(run.id)) {
        if (gate.status !== "open" || this.#world.planned.gates.get(gate.name)?.gate === "sleep") continue;
        this.#decide(gate);
        helped = true;
      }
    }
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
    const { broken } = { broken: (what: string) => this.#world.broken("R1-R3", what) };
    const { graph } = this.#world.planned;
    const { a } = decode(row.args) as { a: number };
    const decisions = (name: string): Decided | null => this.#decided(row.id, name);
    const worth = graph.parts.map((part) => worthOf(part, a, { subs: graph.subs, decisions }));
    const first = worth.find((one) => !("value" in one));
    if (row.status === "cancelled") {
      if (!this.#stopped.has(row.id)) broken("a run is cancelled that nobody cancelled");
      return;
    }
    if (row.status === "succeeded") {
      const expected = worth.map((one) => ("value" in one ? one.value : one));
      const value = decode(row.value ?? "null");
      if (!isDeepStrictEqual(value, expected))
        broken(`a run is worth ${JSON.stringify(value)} and should be ${JSON.stringify(expected)}`);
      return;
    }
    const { message } = errorOf(row) ?? { message: "" };
    if (first === undefined)
      return broken(`a run failed of "${message}" and should be ${JSON.stringify(worth)}`);
    if (this.#optionsOf(row.id).onFailure === "finish" && "error" in first && !isAbout(message, first.error))
      broken(`a run failed of "${message}" and should fail of "${first.error}"`);
  }

  #decided(run: string, name: string): Decided | null {
    const planned = this.#world.planned.gates.get(name);
    if (planned?.gate === "sleep") return { outcome: "elapsed", value: null };
    if (planned?.isRepeated === true)
      return planned.gate === "input"
        ? { outcome: "answered", value: 5 }
        : { outcome: "approved", value: null };
    const closed = this.#gates(run).findLast((gate) => gate.name === name && gate.decision !== null);
    return closed === undefined ? null : (decode(closed.decision as string) as Decided);
  }
}

const errorOf = ({ error }: RunRow): JobError | null =>
  error === null ? null : (JSON.parse(error) as JobError);

/** The run could not go on because of the machine, or because another engine has it. */
const isOutside = (error: JobError | null): boolean =>
  error?.code === "lease-lost" || error?.code?.startsWith("store-") === true;

function isAbout(message: string, expected: string): boolean {
  const [, kind, gate = ""] = /^(rejected|expired) "(.*)"$/.exec(expected) ?? [];
  if (kind === "rejected") return message.includes(`rejected "${gate}"`);
  if (kind === "expired") return message.includes(`"${gate}" within`);
  return message === expected;
}
