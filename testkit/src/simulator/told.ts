import { decode, encode } from "@ligase/sdk/internal";
import type { RunEnd, RunEvent } from "@ligase/engine/testing";
import { brokenDecisions } from "../decisions/broken-decisions.ts";
import { readDecisions } from "../decisions/decision-rows.ts";
import { brokenEvents } from "../decisions/broken-events.ts";
import { brokenWork } from "../decisions/broken-work.ts";
import type { PlannedGate } from "../decisions/planned-gate.ts";
import { ToldDecisions } from "../decisions/told-decisions.ts";
import { readEvents } from "../decisions/event-rows.ts";
import { ToldHandOvers } from "../decisions/told-hand-overs.ts";
import { ToldEvents } from "../decisions/told-events.ts";
import { ToldWork } from "../decisions/told-work.ts";
import type { SentDecision } from "../decisions/verdict.ts";
import { readWork } from "../decisions/work-rows.ts";
import { brokenOpening } from "./event-watch.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";

interface GateRow {
  readonly id: string;
  readonly run: number;
  readonly owner: string;
  readonly path: string;
  readonly status: string;
  readonly decision: string | null;
  /** Of the event that it waits for. */
  readonly key: string | null;
}

/**
 * What clients were told, outside of the simulated machine: it must be true for ever, whatever died since (R9). And what
 * every commit must leave true of runs and gates (C20, C21).
 */
export class Told {
  readonly #database: SimulatedDatabase;
  readonly #broken: (rule: string, what: string) => void;
  readonly #launched = new Set<string>();
  readonly #ended = new Map<string, { status: string; value: string }>();
  readonly decisions = new ToldDecisions();
  readonly work = new ToldWork();
  readonly events = new ToldEvents();
  readonly handOvers = new ToldHandOvers();
  readonly #gatesPlanned: ReadonlyMap<string, PlannedGate>;
  readonly #setBackMs: () => number;
  readonly #now: () => number;
  /** Reminders and escalations that were told. */
  readonly #timed = new Set<string>();
  readonly #shown = new Set<string>();
  readonly #moves: Readonly<Record<string, readonly string[]>>;
  #runs = new Map<string, string>();
  #gates = new Map<string, GateRow>();

  constructor(options: {
    database: SimulatedDatabase;
    moves: Readonly<Record<string, readonly string[]>>;
    gates: ReadonlyMap<string, PlannedGate>;
    setBackMs: () => number;
    now: () => number;
    broken: (rule: string, what: string) => void;
  }) {
    this.#gatesPlanned = options.gates;
    this.#setBackMs = options.setBackMs;
    this.#now = options.now;
    this.#database = options.database;
    this.#moves = options.moves;
    this.#broken = options.broken;
  }

  launched(run: string): void {
    this.#launched.add(run);
  }

  ended(run: string, { status, value }: RunEnd): void {
    this.#ended.set(run, { status, value: encode(value) });
  }

  /** Somebody goes on with a run that had ended. */
  resumed(run: string): void {
    this.#ended.delete(run);
  }

  shown(gate: string): void {
    this.#shown.add(gate);
  }

  /** Time did something to a gate: once, while it is open. */
  timed({ kind, gate }: Extract<RunEvent, { kind: "gate-reminded" | "gate-escalated" }>): void {
    const which = `${kind} ${gate.id} ${gate.isEscalated} ${gate.reminded}`;
    if (this.#timed.has(which)) this.#broken("gates", `${gate.path}: ${kind} is told twice`);
    this.#timed.add(which);
    const [row] = this.#database.rows("SELECT status FROM gate WHERE id = ?", gate.id) as readonly {
      status: string;
    }[];
    if (row?.status !== "open")
      this.#broken("gates", `${gate.path}: ${kind} is told of a gate that is ${row?.status ?? "gone"}`);
  }

  /** After a power cut what was not durable never was. */
  powerWasCut(): void {
    this.#runs.clear();
    this.#gates = new Map(this.#gateRows().map((gate) => [gate.id, gate]));
    this.work.powerWasCut();
  }

  /** Every commit leaves legal moves, and closed gates as they are. */
  checkRows(): void {
    const runs = this.#database.rows("SELECT id, status FROM run") as readonly {
      id: string;
      status: string;
    }[];
    for (const { id, status } of runs) {
      const before = this.#runs.get(id) ?? status;
      if (before !== status && this.#moves[before]?.includes(status) !== true)
        this.#broken("moves", `a run went from ${before} to ${status}`);
      this.#runs.set(id, status);
    }
    const gates = this.#gateRows();
    const open = new Set<string>();
    for (const gate of gates) {
      this.#checkGate(gate);
      if (gate.status !== "open") continue;
      const place = `${gate.run} ${gate.owner.replace(/ ?round \d+$/, "")} ${gate.path}`;
      if (open.has(place)) this.#broken("C21", `two gates are open at ${gate.path}`);
      open.add(place);
    }
  }

  #gateRows(): readonly GateRow[] {
    const sql = "SELECT id, run, owner, path, status, decision, event_key AS key FROM gate";
    return this.#database.rows(sql) as readonly GateRow[];
  }

  #checkGate(gate: GateRow): void {
    const before = this.#gates.get(gate.id);
    this.#gates.set(gate.id, gate);
    if (before === undefined) this.#checkOpening(gate);
    if (before === undefined || before.status === "open") return;
    if (before.status !== gate.status || before.decision !== gate.decision)
      this.#broken(
        "C20",
        `the gate ${gate.path} was ${before.status} and is ${gate.status} by another decision`,
      );
  }

  #checkOpening({ key, decision, ...gate }: GateRow): void {
    if (key === null) return;
    const decided = decision === null ? null : (decode(decision) as SentDecision);
    const broken = brokenOpening(this.#database, { ...gate, key, decision: decided }, this.#now());
    if (broken !== null) this.#broken("C24", broken);
  }

  /** What was told is still true. */
  check(when: string): void {
    for (const run of this.#launched)
      if (this.#database.rows("SELECT 1 FROM run WHERE id = ?", run).length === 0)
        this.#broken("R9", `${when}: a launched run is gone`);
    for (const [run, end] of this.#ended) this.#checkEnd(when, run, end);
    for (const gate of this.#shown)
      if (this.#database.rows("SELECT 1 FROM gate WHERE id = ?", gate).length === 0)
        this.#broken("R9", `${when}: a gate that was shown is gone`);
    this.#checkDecisions(when);
  }

  #checkEnd(when: string, run: string, end: { status: string; value: string }): void {
    const [row] = this.#database.rows("SELECT status, value FROM run WHERE id = ?", run) as readonly {
      status: string;
      value: string | null;
    }[];
    if (row?.status !== end.status)
      this.#broken("R9", `${when}: a run was told to be ${end.status} and is ${row?.status ?? "gone"}`);
    else if (end.status === "succeeded" && encode(decode(row.value ?? "null")) !== end.value)
      this.#broken("R9", `${when}: the value of a run is not the one that was told`);
  }

  /** C20, C23, C24, R9: what the rows say of decisions, and what those were told who made them. */
  #checkDecisions(when: string): void {
    const rows = readDecisions((sql) => this.#database.rows(sql));
    const work = readWork((sql) => this.#database.rows(sql));
    const planned = (name: string): PlannedGate | undefined => this.#gatesPlanned.get(name);
    const events = readEvents((sql) => this.#database.rows(sql));
    const setBackMs = this.#setBackMs();
    const broken = [
      ...this.decisions.broken(rows),
      ...this.handOvers.broken(rows),
      ...brokenDecisions(rows, planned, setBackMs),
      ...this.work.broken(work, rows, setBackMs),
      ...this.events.broken(events, this.#now()),
      ...brokenEvents(events, rows),
      ...brokenWork(work, rows, { planned, setBackMs }),
    ];
    for (const what of broken) this.#broken("decisions", `${when}: ${what}`);
  }
}
