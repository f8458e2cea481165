import { decode, encode } from "@ligase/sdk/internal";
import type { Decision, RunEnd } from "@ligase/engine/testing";
import type { SimulatedDatabase } from "./simulated-database.ts";

interface GateRow {
  readonly id: string;
  readonly run: number;
  readonly owner: string;
  readonly path: string;
  readonly status: string;
  readonly decision: string | null;
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
  /** By who decided: the gate's id, or null while the decision is kept for it. */
  readonly #accepted = new Map<string, string | null>();
  readonly #refused = new Map<string, string>();
  readonly #shown = new Set<string>();
  readonly #moves: Readonly<Record<string, readonly string[]>>;
  #runs = new Map<string, string>();
  #gates = new Map<string, GateRow>();

  constructor(options: {
    database: SimulatedDatabase;
    moves: Readonly<Record<string, readonly string[]>>;
    broken: (rule: string, what: string) => void;
  }) {
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

  /** A decision was taken: `by` names each once. */
  accepted({ by }: Decision, gate: string | null): void {
    this.#accepted.set(by, gate);
  }

  refused({ run, by }: Decision): void {
    this.#refused.set(by, run);
  }

  /** After a power cut what was not durable never was. */
  forgetRows(): void {
    this.#runs.clear();
    this.#gates.clear();
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
    const gates = this.#database.rows(
      "SELECT id, run, owner, path, status, decision FROM gate",
    ) as readonly GateRow[];
    const open = new Set<string>();
    for (const gate of gates) {
      this.#checkGate(gate);
      if (gate.status !== "open") continue;
      const place = `${gate.run} ${gate.owner.replace(/ ?round \d+$/, "")} ${gate.path}`;
      if (open.has(place)) this.#broken("C21", `two gates are open at ${gate.path}`);
      open.add(place);
    }
  }

  #checkGate(gate: GateRow): void {
    const before = this.#gates.get(gate.id);
    this.#gates.set(gate.id, gate);
    if (before === undefined || before.status === "open") return;
    if (before.status !== gate.status || before.decision !== gate.decision)
      this.#broken(
        "C20",
        `the gate ${gate.path} was ${before.status} and is ${gate.status} by another decision`,
      );
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

  #checkDecisions(when: string): void {
    const by = (text: string | null): unknown =>
      text === null ? null : (decode(text) as { by: unknown }).by;
    const signals = (
      this.#database.rows("SELECT state, decision, gate_id AS gate FROM signal") as readonly {
        state: string;
        decision: string;
        gate: string | null;
      }[]
    ).map(({ state, decision }) => ({ state, by: by(decision) }));
    const closed = (
      this.#database.rows("SELECT id, decision FROM gate WHERE decision IS NOT NULL") as readonly {
        id: string;
        decision: string;
      }[]
    ).map(({ id, decision }) => ({ id, by: by(decision) }));
    for (const [who, gate] of this.#accepted) {
      const states = signals.filter((signal) => signal.by === who).map(({ state }) => state);
      const gates = closed.filter((other) => other.by === who).map(({ id }) => id);
      if (states.length !== 1)
        this.#broken("R9", `${when}: an accepted decision is there ${states.length} times`);
      if (gate !== null && !gates.includes(gate))
        this.#broken("R9", `${when}: a gate is not closed by the decision that was accepted`);
      if (gate === null && gates.length > 1)
        this.#broken("C24", `an early decision closed ${gates.length} gates`);
      if (gate === null && gates.length > 0 && states[0] === "early")
        this.#broken("C24", "an early decision was used and is still kept");
    }
    for (const who of this.#refused.keys())
      if (!signals.some((signal) => signal.by === who && signal.state === "refused"))
        this.#broken("C20", `${when}: a refused decision is not kept as evidence`);
  }
}
