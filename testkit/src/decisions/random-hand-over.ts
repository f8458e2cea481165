import type { Seeded } from "../kill/seeded.ts";
import type { SeenGate } from "./gate-state.ts";
import { mayHandOver, verdictOnHandOver, type SentHandOver } from "./hand-over.ts";
import { PEOPLE, type PlannedPerson } from "./people.ts";

/** People who may be named, and never launch. */
const NAMED = ["ben", "cleo", "dan"] as const;

/** Hands gates over from a seed: so that somebody can decide them, and in ways that must be refused. */
export class RandomHandOvers {
  readonly #seeded: Seeded;
  #count = 0;

  constructor(seeded: Seeded) {
    this.#seeded = seeded;
  }

  /** By somebody who may; null when nobody is there. */
  meant(seen: SeenGate): SentHandOver | null {
    const able = PEOPLE.filter((person) => mayHandOver(seen, person));
    return able.length === 0 ? null : this.#sent(this.#seeded.one(able), this.#to(seen));
  }

  /** Something that is refused, most of the time. */
  strange(seen: SeenGate): SentHandOver {
    const seeded = this.#seeded;
    const without = PEOPLE.filter((person) => !mayHandOver(seen, person));
    const person = seeded.one(without.length > 0 && seeded.chance(0.5) ? without : PEOPLE);
    const sent = { ...this.#sent(person, this.#to(seen)), ...(seeded.chance(0.1) ? { by: " " } : {}) };
    const to = seeded.one<SentHandOver["to"]>([
      { users: [], roles: [] },
      { users: [" "], roles: [] },
      { users: [], roles: ["nobody" as "viewer"] },
      { users: [seen.launcher], roles: [] },
      { users: ["ben"], roles: [] },
      sent.to,
    ]);
    // What is not refused must be such that somebody can decide it.
    return verdictOnHandOver(seen, { ...sent, to }) === "holds" ? sent : { ...sent, to };
  }

  #sent({ name, roles }: PlannedPerson, to: SentHandOver["to"]): SentHandOver {
    const comment = `away #${++this.#count}`;
    return { by: name, to, comment, ...(roles === undefined ? {} : { roles }) };
  }

  /** Those who can bring it to an end, whatever was voted before. */
  #to({ planned, votes }: SeenGate): SentHandOver["to"] {
    const seeded = this.#seeded;
    const { quorum } = planned.policy;
    if (votes.length === 0 && quorum <= NAMED.length && seeded.chance(0.5))
      return { users: NAMED.slice(0, seeded.whole(quorum, NAMED.length)), roles: [] };
    const roles = [seeded.one(["approver", "admin"] as const)];
    return { users: seeded.chance(0.3) ? [seeded.one(PEOPLE).name] : [], roles };
  }
}
