import type { Decision } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import type { SeenGate } from "./gate-state.ts";
import { areNamed, mayDecide, PEOPLE, somebodyNew, type PlannedPerson } from "./people.ts";
import { intended, isAnswered, takesValue, type PlannedDecision, type PlannedGate } from "./planned-gate.ts";
import { areAlike } from "./verdict.ts";

/** What the hash of something else may be. */
const OTHER_HASH = "0".repeat(64);

/** When others have not been asked. */
const LATER = { launcher: "", isEscalated: false };

type Strange = (seen: SeenGate) => Partial<Decision> | null;

/** Decides gates from a seed: as is intended, otherwise, and in ways that must be refused. Each has a comment of its own. */
export class RandomDecisions {
  readonly #seeded: Seeded;
  readonly #prefix: string;
  #count = 0;

  /** @param prefix of the comments, where several decide gates of one store */
  constructor(seeded: Seeded, prefix = "") {
    this.#seeded = seeded;
    this.#prefix = prefix;
  }

  /** What is intended, by somebody who may decide and did not yet; null when there is nobody left. */
  meant(seen: SeenGate): Decision | null {
    const meant = intended(seen.planned, seen.x);
    return this.#by(this.#voter(seen) ?? this.#whoSaidOtherwise(seen, meant), seen, meant);
  }

  /** Where all have voted and did not agree, one of them votes again. */
  #whoSaidOtherwise(seen: SeenGate, meant: PlannedDecision): PlannedPerson | undefined {
    const others = seen.votes.filter((vote) => !areAlike(vote, { by: null, ...meant }));
    const able = PEOPLE.filter(
      (person) =>
        mayDecide({ ...seen, policy: seen.planned.policy }, person) &&
        others.some(({ by }) => by === person.name),
    );
    return able.length === 0 ? undefined : this.#seeded.one(able);
  }

  /** What is intended, by somebody who gave the gate to others; null when nobody did. */
  byGiver(seen: SeenGate): Decision | null {
    const giver = PEOPLE.find(({ name }) => seen.handed?.givers.includes(name));
    return giver === undefined ? null : this.#by(giver, seen, intended(seen.planned, seen.x));
  }

  /** Something else than is intended, where nothing depends on it; null where it would, or where nobody could agree then. */
  otherwise(seen: SeenGate): Decision | null {
    const { planned } = seen;
    if (planned.isRepeated) return null;
    const meant = intended(planned, seen.x);
    const asked = { ...seen, policy: planned.policy };
    const splits = takesValue(planned) !== "never" && meant.outcome !== "rejected";
    if (splits && areNamed(asked)) return isAnswered(planned) ? null : this.#rejection(seen);
    if (splits) return this.#by(this.#voter(seen), seen, { ...meant, value: this.#seeded.whole(20, 22) });
    return meant.outcome === "rejected"
      ? this.#by(this.#voter(seen), seen, { outcome: "approved", value: null })
      : this.#rejection(seen);
  }

  #rejection(seen: SeenGate): Decision | null {
    return this.#by(this.#voter(seen), seen, { outcome: "rejected", value: null });
  }

  /** Something that is refused, or that changes nothing. */
  strange(seen: SeenGate): Decision | null {
    const meant = this.meant(seen) ?? this.#by(PEOPLE[0], seen, intended(seen.planned, seen.x));
    const change = this.#seeded.one(this.#strange)(seen);
    return meant === null || change === null ? null : { ...meant, ...change };
  }

  /** For a gate that did not open yet; what it will show may not be known. Null where nobody could agree then. */
  early(planned: PlannedGate, to: { run: string; address: string; x: number | null }): Decision | null {
    const { policy } = planned;
    if (takesValue(planned) !== "never" && policy.quorum > 1 && areNamed({ ...LATER, policy })) return null;
    const person = this.#seeded.one(PEOPLE);
    const x = to.x ?? this.#seeded.whole(0, 22);
    return { ...this.#said(person, intended(planned, x)), run: to.run, gate: to.address };
  }

  #voter(seen: SeenGate): PlannedPerson | undefined {
    const asked = { ...seen, policy: seen.planned.policy };
    const left = PEOPLE.filter(
      (person) => mayDecide(asked, person) && !seen.votes.some(({ by }) => by === person.name),
    );
    if (left.length > 0) return this.#seeded.one(left);
    return areNamed(asked) ? undefined : somebodyNew(asked, this.#count);
  }

  #by(person: PlannedPerson | undefined, seen: SeenGate, decision: PlannedDecision): Decision | null {
    if (person === undefined || seen.planned.gate === "sleep") return null;
    const hash = this.#seeded.chance(0.5) ? { contentHash: seen.contentHash } : {};
    return { ...this.#said(person, decision), ...hash, run: seen.run, gate: seen.id };
  }

  #said({ name, roles }: PlannedPerson, { outcome, value }: PlannedDecision): Omit<Decision, "run" | "gate"> {
    const comment = `${this.#prefix}#${++this.#count}`;
    return { by: name, outcome, value, comment, ...(roles === undefined ? {} : { roles }) };
  }

  readonly #strange: readonly Strange[] = [
    (seen) => {
      const others = PEOPLE.filter((one) => !mayDecide({ ...seen, policy: seen.planned.policy }, one));
      if (others.length === 0) return null;
      const { name, roles } = this.#seeded.one(others);
      return { by: name, ...(roles === undefined ? {} : { roles }) };
    },
    ({ planned }) => ({
      value: takesValue(planned) === "never" ? 5 : this.#seeded.one(["many", { n: 1 }, [2], true]),
    }),
    () => ({ contentHash: OTHER_HASH }),
    ({ planned }) => (planned.policy.requireComment ? { comment: this.#seeded.one([null, "", "  "]) } : null),
    () => ({ by: this.#seeded.one(["", " "]) }),
    ({ planned }) => ({ outcome: isAnswered(planned) ? "approved" : "answered" }),
    ({ votes }) => saidBy(votes.at(0)),
    ({ votes, planned }) => {
      const [first] = votes;
      // It is a vote that was changed: where all are to decide alike it would not be.
      if (first === undefined || planned.isRepeated) return null;
      return { ...saidBy(first), ...(isAnswered(planned) ? { value: 23 } : { outcome: "rejected" }) };
    },
  ];
}

/** The same as somebody said before. */
function saidBy(vote: SeenGate["votes"][number] | undefined): Partial<Decision> | null {
  if (vote === undefined) return null;
  const { by, outcome, value } = vote;
  return { by: by ?? "", outcome: outcome as Decision["outcome"], value };
}
