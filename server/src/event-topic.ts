import { randomBytes } from "node:crypto";

/** Something that happened, as a stream tells it. */
export interface TopicEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

/** What a topic looks at. */
export interface Watched<S> {
  /** How it stands now; a look after another may go on from that. */
  look(before: S | null): S;
  /** What happened between two looks. */
  changes(before: S, now: S): readonly Pick<TopicEvent, "type" | "data">[];
  /** How it stands, as a client gets it that knows nothing yet. */
  document(now: S): unknown;
  /** Nothing will happen any more. */
  isOver(now: S): boolean;
}

/** Events that are kept for clients that come back. */
export const KEPT = 1_000;

/**
 * The events of one subject, in order. Ids are numbers of an epoch, which ends with the process: an id of another epoch, or
 * of an event that is not kept any more, has nothing that follows it, and its client begins anew.
 */
export class Topic {
  readonly #epoch = randomBytes(6).toString("hex");
  readonly #watched: Watched<unknown>;
  readonly #events: TopicEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #last = 0;
  #state: unknown;
  #over: boolean;
  followers = 0;

  /** What a topic watches is its own matter: outside, topics are alike. */
  static of<S>(watched: Watched<S>): Topic {
    return new Topic(watched);
  }

  private constructor(watched: Watched<unknown>) {
    this.#watched = watched;
    this.#state = watched.look(null);
    this.#over = watched.isOver(this.#state);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Id of the last event. */
  get position(): string {
    return this.#id(this.#last);
  }

  /** How it stood at the last look, or later. */
  document(): unknown {
    return this.#watched.document(this.#state);
  }

  /** Events that follow an id; null when they are not known. */
  after(id: string): readonly TopicEvent[] | null {
    const [epoch, text = ""] = id.split("-");
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    const first = this.#last - this.#events.length;
    if (epoch !== this.#epoch || !(number >= first && number <= this.#last)) return null;
    return this.#events.slice(number - first);
  }

  /** Looks again, and tells what changed since. */
  look(): void {
    const now = this.#watched.look(this.#state);
    const changes = this.#watched.changes(this.#state, now);
    this.#state = now;
    for (const { type, data } of changes) this.tell(type, data);
    if (this.#over === this.#watched.isOver(now)) return;
    this.#over = !this.#over;
    this.wake();
  }

  tell(type: string, data: unknown): void {
    this.#last++;
    this.#events.push({ id: this.#id(this.#last), type, data });
    if (this.#events.length > KEPT) this.#events.shift();
    this.wake();
  }

  /** Resolves at the next event, or when it is woken for another reason. */
  moved(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #id(number: number): string {
    return `${this.#epoch}-${number}`;
  }
}
