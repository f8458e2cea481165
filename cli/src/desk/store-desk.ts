import type { Engine, GateRecord, HandOver, Inspect } from "@ligase/engine";
import { openItems, readAudit } from "@ligase/engine/reader";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { OpenInspect, World } from "../world.ts";
import type { Desk, Sending } from "./desk.ts";

/** A run that waits is advanced by a process; without a sign of life for so long there is none. */
const ADVANCED_MS = 30_000;

/** A store, only to look at it. */
export class StoreDesk implements Pick<Desk, "inbox" | "audit" | "close"> {
  readonly #inspect: Inspect;
  readonly #close: OpenInspect["close"];

  constructor({ inspect, close }: OpenInspect) {
    this.#inspect = inspect;
    this.#close = close;
  }

  inbox: Desk["inbox"] = async () => [...openItems(this.#inspect)];

  audit: Desk["audit"] = async (run) => readAudit(this.#inspect, this.#inspect.run(run));

  close: Desk["close"] = async () => await this.#close();
}

/** A store, where the person at this machine decides. */
export class EngineDesk extends StoreDesk implements Desk {
  readonly #engine: Engine;
  readonly #world: World;

  constructor(engine: Engine, world: World) {
    super({ inspect: engine.inspect, close: () => engine.close() });
    this.#engine = engine;
    this.#world = world;
  }

  work: Desk["work"] = async (wanted) => this.#engine.external.list(wanted);

  putBack: Desk["putBack"] = async (id) => this.#engine.external.putBack(id, { name: this.#world.user() });

  run: Desk["run"] = async (beginning) => {
    const { id, heartbeatAt } = this.#engine.inspect.run(beginning);
    return { id, goesOn: this.#world.now() - (heartbeatAt ?? 0) < ADVANCED_MS };
  };

  gates: Desk["gates"] = async (run) => this.#engine.inspect.gates(run);

  gate: Desk["gate"] = async (run, id) => this.#engine.inspect.gate(run, id);

  votes: Desk["votes"] = async ({ runId, id }) => this.#engine.inspect.votes(runId, id);

  async decide(all: readonly Sending[]): Promise<readonly Decided[]> {
    const { inspect } = this.#engine;
    const by = this.#world.user();
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
    return this.#engine.handOver({ run: run.id, gate: address, by: this.#world.user(), ...given });
  }
}
