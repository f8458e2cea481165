import { isDeepStrictEqual } from "node:util";
import type { NewEvent } from "@ligase/engine/testing";
import { brokenEvents } from "../../decisions/broken-events.ts";
import type { DecisionRows } from "../../decisions/decision-rows.ts";
import { keptFor } from "../../decisions/event-match.ts";
import { readEvents, readWaiting } from "../../decisions/event-rows.ts";
import { OPERATORS, type PlannedPerson } from "../../decisions/people.ts";
import { ABOUT, aboutOf, intendedPayload, keyOf } from "../../decisions/planned-event.ts";
import { ToldEvents } from "../../decisions/told-events.ts";
import type { GivenEvent } from "./client-request.ts";
import type { ClientAnswer } from "./lines.ts";
import { Programs } from "./programs.ts";

/** Those who publish look so often at the most, in milliseconds. */
const LOOKS_MS = [30, 150] as const;
/** Events ahead of all gates, for each run at the most; and numbers that gates show for the most part. */
const MOST_EARLY = 3;
const SHOWN = 12;
/** What is published for gates that are closed, at the most. */
const MOST_LATE = 10;

const PUBLISHED = 0.5;
const LATE = 0.05;
const TWICE = 0.25;
const FOR_ALL = 0.15;
const SHORT_LIVED = 0.1;
const MISFIT = 0.1;
const OTHERWISE = 0.2;

/** A message has a name, by which it is known again. */
type Message = NewEvent & Required<Pick<NewEvent, "id" | "source">> & { readonly by: PlannedPerson };

/** Programs that publish events: before somebody waits and after, twice, for one and for all, and what fits no gate. */
export class Publishers extends Programs<Message> {
  readonly #told = new ToldEvents();
  /** What was told first of a message. */
  readonly #first = new Map<string, GivenEvent>();
  /** Messages that were told to be new. */
  readonly #new = new Set<string>();
  /** Events that are under way, by their keys. */
  readonly #sending = new Map<string, number>();
  #count = 0;
  #late = 0;

  protected get areThere(): boolean {
    return [...this.options.gates.values()].some(({ about }) => about !== null);
  }

  protected start(): void {
    this.shift.do(this.#lookOn());
  }

  async #lookOn(): Promise<void> {
    while (this.shift.isOn) {
      this.#look();
      await this.shift.wait(this.options.seeded.whole(...LOOKS_MS));
    }
  }

  /** Publishes what some wait for, and now and then what was waited for before. */
  #look(): void {
    const { seeded, read } = this.options;
    for (const [key, waiting] of Map.groupBy(readWaiting(read), (gate) => gate.key)) {
      const open = waiting.filter(({ status }) => status === "open").length;
      const isLate = open === 0 && this.#late < MOST_LATE && seeded.chance(LATE);
      if (isLate) this.#late++;
      const isWanted = open > (this.#sending.get(key) ?? 0) && seeded.chance(PUBLISHED);
      if (isLate || isWanted) this.#publish(key);
    }
  }

  /** Before gates open. */
  early(): void {
    const { seeded } = this.options;
    if (!this.areThere || !this.shift.isOn) return;
    for (let count = seeded.whole(0, MOST_EARLY); count > 0; count--)
      this.#publish(keyOf(seeded.one(ABOUT), seeded.whole(0, SHOWN)));
  }

  #publish(key: string): void {
    const message = this.#message(key);
    this.shift.do(this.send(message));
    if (this.options.seeded.chance(TWICE)) this.shift.do(this.send(message));
  }

  #message(key: string): Message {
    const { seeded } = this.options;
    return {
      by: seeded.one(OPERATORS),
      key,
      payload: this.#payload(key),
      id: `m${++this.#count}`,
      source: seeded.one(["api", "lab"]),
      ...(seeded.chance(FOR_ALL) ? { to: "all" } : {}),
      ...(seeded.chance(SHORT_LIVED) ? { timeToLiveMs: seeded.one([1, 200]) } : {}),
    };
  }

  #payload(key: string): unknown {
    const { seeded, gates } = this.options;
    if (seeded.chance(MISFIT)) return seeded.one<unknown>(["many", null, { n: 1 }]);
    // Of equal gates in one run all must get what is alike.
    const waits = [...gates.values()].filter(({ about }) => about === aboutOf(key));
    const mayDiffer = waits.every(({ isRepeated }) => !isRepeated);
    return mayDiffer && seeded.chance(OTHERWISE) ? seeded.whole(20, 22) : intendedPayload(key);
  }

  protected async send(message: Message): Promise<void> {
    const { by, ...event } = message;
    this.#underWay(message.key, 1);
    const answer = await this.answerTo(by, { kind: "publish", event, by });
    this.#underWay(message.key, -1);
    if (answer === null) return this.later(message);
    if (answer.code === undefined) this.#heard(message, answer);
    else this.broken.push(`the event ${message.id} was refused: ${answer.code}`);
  }

  #underWay(key: string, step: number): void {
    this.#sending.set(key, (this.#sending.get(key) ?? 0) + step);
  }

  #heard(message: Message, { value, status }: ClientAnswer): void {
    const given = value as GivenEvent;
    const name = `${message.source} ${message.id}`;
    const first = this.#first.get(name) ?? { ...given, ...message };
    const isSame =
      given.number === first.number &&
      given.key === first.key &&
      isDeepStrictEqual(given.payload, first.payload);
    if (!isSame) this.broken.push(`the event ${name} was published again, and is another`);
    if (given.isNew && this.#new.has(name)) this.broken.push(`the event ${name} was new twice`);
    const expected = given.takenBy.length > 0 ? 200 : 202;
    if (status !== undefined && status !== expected)
      this.broken.push(`the event ${name} was answered with status ${status}`);
    if (given.isNew) this.#new.add(name);
    this.#first.set(name, first);
    this.#told.published({ ...given, atMs: given.receivedAt });
    this.options.accepted();
    if (this.options.seeded.chance(TWICE)) this.#sendOtherwise(message);
  }

  /** Of one name the first message counts. */
  #sendOtherwise(message: Message): void {
    const key = keyOf(this.options.seeded.one(ABOUT), this.options.seeded.whole(0, SHOWN));
    this.shift.do(this.send({ ...message, payload: 13, key }));
  }

  /** What does not hold of what they were told, and of the events in a store. */
  brokenIn(rows: DecisionRows): readonly string[] {
    const { read } = this.options;
    const events = readEvents(read);
    const now = Date.now();
    // What was not answered may wait for somebody to look what the dead left undone.
    const offered = events.filter(({ source, id }) => this.#new.has(`${source} ${id}`));
    const apart = readWaiting(read).filter(
      (gate) => gate.status === "open" && keptFor(gate, offered, now).length > 0,
    );
    return [
      ...this.broken,
      ...this.#told.broken(events, now),
      ...brokenEvents(events, rows),
      ...apart.map(({ id, key }) => `gate ${id} waits for ${key}, and an event of that is kept`),
    ];
  }
}
