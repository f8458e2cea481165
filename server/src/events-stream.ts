import type { Engine, RunEvent } from "@ligase/engine";
import { LigaseError } from "@ligase/sdk/values";
import type { SSEStreamingApi } from "hono/streaming";
import { Topic } from "./event-topic.ts";
import { watchInbox } from "./watch-inbox.ts";
import { watchRun } from "./watch-run.ts";

/** How often rows are looked at for what other processes did, while somebody follows. */
const LOOK_MS = 1_000;
/** After something happened here, so long until rows are looked at: what comes at once is one look. */
const SOON_MS = 50;
/** How often a quiet stream gives a sign of life, and asks whether its client may still see it. */
const SIGN_MS = 15_000;
const MOST_STREAMS = 256;
/** Topics that nobody follows, and that are kept for clients that come back. */
const MOST_LEFT = 100;

const INBOX = "inbox";

/** Who follows a topic. */
export interface StreamClient {
  /** Id of the last event that it has seen. */
  readonly seen: string | undefined;
  /** Whether it may still see what comes. */
  mayStill(): boolean;
}

/** Server-sent events: topics, who follows them, and what makes them look. */
export class Streams {
  readonly #engine: Engine;
  readonly #topics = new Map<string, Topic>();
  readonly #unsubscribe: () => void;
  readonly #soon = new Set<string>();
  #ticker: NodeJS.Timeout | undefined;
  #following = 0;
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#unsubscribe = engine.subscribe((run, event) => this.#hear(run, event));
  }

  /** Throws `run-not-found`. */
  run(id: string): Topic {
    return this.#topic(id, () => Topic.of(watchRun(this.#engine, id)));
  }

  inbox(): Topic {
    return this.#topic(INBOX, () => Topic.of(watchInbox(this.#engine.inspect)));
  }

  /** A run changed by what was done here. */
  touched(run: string): void {
    for (const key of [run, INBOX]) this.#lookSoon(key);
  }

  /** Throws `server-busy` when there are too many. */
  admit(): void {
    if (this.#closed || this.#following >= MOST_STREAMS)
      throw new LigaseError("server-busy", { what: "streams" });
  }

  /** Writes a topic to a client until either is over, from the last event on that the client has seen. */
  async follow(topic: Topic, stream: SSEStreamingApi, client: StreamClient): Promise<void> {
    this.#begin(topic);
    stream.onAbort(() => topic.wake());
    const sign = setInterval(() => topic.wake(), SIGN_MS);
    let told = Date.now();
    let at = client.seen;
    try {
      while (!this.#closed && !stream.aborted) {
        at = await writeNext(topic, stream, at);
        if (at !== topic.position) continue;
        if (topic.isOver) {
          await stream.writeSSE({ event: "end", data: "{}" });
          return;
        }
        await topic.moved();
        if (Date.now() - told < SIGN_MS) continue;
        told = Date.now();
        if (!client.mayStill()) return;
        await stream.write(": still here\n\n");
      }
    } finally {
      clearInterval(sign);
      this.#end(topic);
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#ticker);
    for (const topic of this.#topics.values()) topic.wake();
  }

  #topic(key: string, make: () => Topic): Topic {
    const known = this.#topics.get(key);
    if (known !== undefined) {
      known.look();
      return known;
    }
    this.#forgetSome();
    const topic = make();
    this.#topics.set(key, topic);
    return topic;
  }

  #forgetSome(): void {
    const left = [...this.#topics].filter(([, { followers }]) => followers === 0);
    for (const [key] of left.slice(0, Math.max(0, left.length - MOST_LEFT))) this.#topics.delete(key);
  }

  #begin(topic: Topic): void {
    topic.followers++;
    this.#following++;
    this.#ticker ??= setInterval(() => this.#lookAtAll(), LOOK_MS);
  }

  #end(topic: Topic): void {
    topic.followers--;
    this.#following--;
    if (this.#following > 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #lookAtAll(): void {
    for (const topic of this.#topics.values()) if (topic.followers > 0) lookAt(topic);
  }

  #hear(run: string, event: RunEvent): void {
    if (event.kind.startsWith("job-")) this.#topics.get(run)?.tell("job", jobEvent(event));
    this.touched(run);
  }

  #lookSoon(key: string): void {
    const topic = this.#topics.get(key);
    if (topic === undefined || topic.followers === 0 || this.#soon.has(key)) return;
    this.#soon.add(key);
    setTimeout(() => {
      this.#soon.delete(key);
      if (!this.#closed) lookAt(topic);
    }, SOON_MS);
  }
}

/** Writes what follows an event, or how things stand where that is not known; gives the last event that was written. */
async function writeNext(topic: Topic, stream: SSEStreamingApi, seen: string | undefined): Promise<string> {
  const next = seen === undefined ? null : topic.after(seen);
  if (seen === undefined || next === null) {
    const id = topic.position;
    if (seen !== undefined) await stream.writeSSE({ event: "reset", data: "{}" });
    await stream.writeSSE({ event: "state", id, data: JSON.stringify(topic.document()) });
    return id;
  }
  for (const { id, type, data } of next)
    await stream.writeSSE({ event: type, id, data: JSON.stringify(data) });
  return next.at(-1)?.id ?? seen;
}

/** A store that cannot be read now may be read at the next look. */
function lookAt(topic: Topic): void {
  try {
    topic.look();
  } catch {
    topic.wake();
  }
}

/** What happened to a job, without the place of its folder. */
function jobEvent(event: RunEvent): unknown {
  const { folder: _, ...told } = event as RunEvent & { readonly folder?: string | null };
  return told;
}
