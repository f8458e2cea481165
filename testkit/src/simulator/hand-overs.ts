import type { SeenGate } from "../decisions/gate-state.ts";
import { verdictOnHandOver, type SentHandOver } from "../decisions/hand-over.ts";
import { RandomHandOvers } from "../decisions/random-hand-over.ts";
import { ask, isOfMachine } from "./asked-engine.ts";
import type { ClientsWorld } from "./clients-world.ts";

/** Who gives gates to others, with and without the right to. */
export class HandOvers {
  readonly #world: ClientsWorld;
  readonly #random: RandomHandOvers;

  constructor(world: ClientsWorld) {
    this.#world = world;
    this.#random = new RandomHandOvers(world.seeded);
  }

  /** Hands a gate over now and then, as it is seen now. */
  look(seen: SeenGate): void {
    const { faults } = this.#world;
    if (seen.isOpen && faults.strikes("hand-over")) this.#send(seen, this.#random.meant(seen));
    else if (faults.strikes("hand-over-wrongly")) this.#send(seen, this.#random.strange(seen));
  }

  #send(seen: SeenGate, sent: SentHandOver | null): void {
    const at = this.#world.engine();
    if (at === null || sent === null) return;
    const asked = ask(at, (engine) => engine.handOver({ ...sent, run: seen.run, gate: seen.id }));
    if (asked.kind === "unanswered") return;
    const answer = asked.kind === "answer" ? "holds" : asked.code;
    this.#world.trace(
      `${sent.by} hands ${seen.path} over to ${[...sent.to.users, ...sent.to.roles].join()}: ${answer}`,
    );
    if (asked.kind === "answer") this.#world.told.handOvers.accepted(seen.id, sent);
    const expected = verdictOnHandOver(seen, sent);
    if (answer !== expected && !isOfMachine(answer))
      this.#world.broken(
        "C20",
        `what ${sent.by} handed over of ${seen.path} is ${answer}, and should be ${expected}`,
      );
  }
}
