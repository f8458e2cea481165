import type { NewEvent } from "@ligase/engine/testing";
import { keptFor, takersOf } from "../decisions/event-match.ts";
import { readEvents, readWaiting, type EventRow, type WaitingRow } from "../decisions/event-rows.ts";
import { ABOUT, aboutOf, intendedPayload, keyOf, UNAWAITED } from "../decisions/planned-event.ts";
import { OPERATORS, OTHERS, type PlannedPerson } from "../decisions/people.ts";
import { ask, isOfMachine, later } from "./asked-engine.ts";
import type { ClientsWorld } from "./clients-world.ts";

/** A message has a name, by which it is known again. */
type Message = NewEvent & Required<Pick<NewEvent, "id" | "source">>;

/** Looks of an engine for what another left undone: more than it takes. */
const LOOKS = 45;
const LOOK_MS = 250;
/** So often: until the leases of dead engines are over, nobody may look. */
const MOST_APART = 5;

/**
 * Those who publish events, through whichever engine answers: before somebody waits and after, twice, for nobody, for one
 * and for all, with what fits no gate, and with little time to live.
 */
export class Publishers {
  readonly #world: ClientsWorld;
  readonly #sent: Message[] = [];
  /** Pairs of a gate and an event that somebody should bring together, and how often that was waited for. */
  readonly #apart = new Map<string, number>();
  #count = 0;

  constructor(world: ClientsWorld) {
    this.#world = world;
  }

  get #areThere(): boolean {
    return [...this.#world.planned.gates.values()].some(({ about }) => about !== null);
  }

  begin(): void {
    const { seeded, faults } = this.#world;
    if (!this.#areThere) return;
    for (let looks = seeded.whole(2, 8); looks > 0; looks--)
      this.#later(seeded.whole(0, seeded.one([200, 2_000, 100_000])), () => this.#look());
    for (let early = faults.strikes("ahead") ? seeded.whole(1, 6) : 0; early > 0; early--)
      this.#later(seeded.whole(0, 300), () =>
        this.#publish(this.#message(keyOf(seeded.one(ABOUT), seeded.whole(0, seeded.one([4, 22]))))),
      );
  }

  #later(delayMs: number, run: () => void): void {
    later(this.#world, delayMs, { label: "publisher", run });
  }

  #events(): readonly EventRow[] {
    return readEvents((sql) => this.#world.database.rows(sql));
  }

  #waiting(): readonly WaitingRow[] {
    return readWaiting((sql) => this.#world.database.rows(sql));
  }

  /** Publishes what some wait for, what was waited for before, and what nobody waits for. */
  #look(): void {
    const { seeded, faults } = this.#world;
    for (const [key, waiting] of Map.groupBy(this.#waiting(), (gate) => gate.key)) {
      const open = waiting.filter(({ status }) => status === "open").length;
      if (!seeded.chance(open > 0 ? 0.5 : 0.1)) continue;
      const message = this.#message(key);
      this.#publish(open > 1 && seeded.chance(0.5) ? { ...message, to: "all" } : message);
    }
    if (faults.strikes("unawaited")) this.#publish(this.#message(keyOf(UNAWAITED, seeded.whole(0, 3))));
    if (faults.strikes("strange")) this.#publishWrongly();
  }

  #message(key: string): Message {
    const { seeded, faults } = this.#world;
    const lives = faults.strikes("short-lived") ? { timeToLiveMs: seeded.one([1, 1_000, 60_000]) } : {};
    return {
      key,
      payload: this.#payload(key),
      id: `m${++this.#count}`,
      source: seeded.one(["api", "lab"]),
      ...(faults.strikes("for-all") ? { to: "all" } : {}),
      ...lives,
    };
  }

  #payload(key: string): unknown {
    const { seeded, faults, planned } = this.#world;
    if (faults.strikes("misfit")) return seeded.one<unknown>(["many", null, { n: 1 }]);
    // Of equal gates in one run all must get what is alike.
    const waits = [...planned.gates.values()].filter(({ about }) => about === aboutOf(key));
    const mayDiffer = waits.every(({ isRepeated }) => !isRepeated);
    return mayDiffer && faults.strikes("otherwise") ? seeded.whole(20, 22) : intendedPayload(key);
  }

  #publish(message: Message): void {
    const { seeded, faults } = this.#world;
    this.#sent.push(message);
    this.#send(message);
    if (!faults.strikes("published-again")) return;
    this.#later(seeded.whole(0, 2_000), () => this.#send(message));
    const again = { ...seeded.one(this.#sent), payload: 13, key: seeded.one(this.#sent).key };
    this.#later(seeded.whole(0, 2_000), () => this.#send(again));
  }

  #send(message: Message): void {
    const { seeded, time, told } = this.#world;
    const at = this.#world.engine();
    // Whoever gets no answer sends it again.
    const again = (): void => this.#later(1_000, () => this.#send(message));
    if (at === null) return again();
    const [known, waiting, atMs] = [this.#known(message), this.#waiting(), time.now()];
    if (this.#world.faults.strikes("cut-short")) this.#world.dieAfterCommit(at.life);
    const asked = ask(at, ({ events }) => events.publish(message, seeded.one(OPERATORS)));
    if (asked.kind !== "answer") {
      if (asked.kind === "refused" && !isOfMachine(asked.code))
        this.#broken(`${message.id} was refused: ${asked.code}`);
      return again();
    }
    const { value } = asked;
    const takenBy = [...value.takenBy].toSorted();
    this.#world.trace(
      `${message.id} is published for ${message.key}, new ${value.isNew}: [${takenBy.join()}]`,
    );
    // On a slow disk its time may be over meanwhile.
    if (time.now() === atMs) this.#judge(message, { known, waiting, answer: value });
    told.events.published({ ...value, atMs: known === undefined ? atMs : value.receivedAt });
  }

  #known({ source, id }: Message): EventRow | undefined {
    return this.#events().find((event) => event.source === source && event.id === id);
  }

  /** C24: who gets an event follows from the rows before it; a message that is known changes nothing. */
  #judge(
    message: Message,
    before: {
      readonly known: EventRow | undefined;
      readonly waiting: readonly WaitingRow[];
      readonly answer: {
        readonly isNew: boolean;
        readonly number: number;
        readonly takenBy: readonly string[];
      };
    },
  ): void {
    const { known, waiting, answer } = before;
    if (known !== undefined) {
      if (answer.isNew || answer.number !== known.number)
        this.#broken(`${message.id} was published again and is new`);
      return;
    }
    const { to = "one", key, payload } = message;
    const { takenBy, refusedBy } = takersOf({ to, key, payload }, waiting);
    if (!answer.isNew) this.#broken(`${message.id} is new and was known`);
    if (answer.takenBy.toSorted().join() !== takenBy.toSorted().join())
      this.#broken(`${message.id} was taken by [${answer.takenBy.join()}], and is for [${takenBy.join()}]`);
    const refused = this.#known(message)?.offers.filter(({ isTaken }) => !isTaken) ?? [];
    if (refused.length !== refusedBy.length)
      this.#broken(
        `${message.id} did not fit ${refused.length} gates, and should not fit ${refusedBy.length}`,
      );
  }

  /** What is no event, and events of those who may not publish any. */
  #publishWrongly(): void {
    const { seeded } = this.#world;
    const at = this.#world.engine();
    if (at === null) return;
    const good = this.#message(keyOf(seeded.one(ABOUT), 1));
    const by = seeded.one<PlannedPerson>([OPERATORS[0], ...OTHERS]);
    const wrong = seeded.one<Partial<Message>>([
      { key: "" },
      { id: "" },
      { timeToLiveMs: 0 },
      { key: "a\nb" },
    ]);
    const event = by === OPERATORS[0] ? { ...good, ...wrong } : good;
    const asked = ask(at, ({ events }) => events.publish(event, by));
    if (asked.kind === "answer") this.#broken(`${JSON.stringify(event)} of ${by.name} was accepted`);
  }

  /** Publishes what is waited for; returns whether somebody waits. */
  help(): boolean {
    const open = this.#waiting().filter(({ status }) => status === "open");
    if (open.length === 0) return false;
    const events = this.#events();
    for (const gate of open) {
      const [kept] = keptFor(gate, events, this.#world.time.now());
      if (kept === undefined) this.#publish(this.#message(gate.key));
      else this.#bringTogether(gate, kept);
    }
    return true;
  }

  /** R10: what an engine that died left undone another finds when it looks. */
  #bringTogether({ id }: WaitingRow, { number }: EventRow): void {
    const pair = `${id} ${number}`;
    const times = this.#apart.get(pair) ?? 0;
    if (times === MOST_APART) this.#broken("a gate waits for an event that is kept");
    this.#apart.set(pair, times + 1);
    for (let look = 0; look < LOOKS; look++)
      later(this.#world, look * LOOK_MS, { label: "look for events", run: () => undefined });
  }

  #broken(what: string): void {
    this.#world.broken("events", what);
  }
}
