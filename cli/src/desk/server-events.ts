import { setTimeout as delay } from "node:timers/promises";
import { isLigaseError, LigaseError } from "@ligase/sdk/values";

/** What a stream of a server tells. */
export interface ServerEvent {
  readonly type: string;
  readonly data: unknown;
}

interface Received extends ServerEvent {
  readonly id: string | undefined;
}

/** So long after a connection is lost until it is made again, and so long it is tried. */
const AGAIN_MS = 1_000;
const TRIED_MS = 120_000;

export interface EventsOptions {
  readonly url: string;
  /** Asks for what follows an event. Throws the server's problem, `server-not-reached`. */
  readonly open: (lastId: string | undefined) => Promise<Response>;
  /** Nobody listens any more. */
  readonly signal: AbortSignal;
}

/**
 * The events of a stream until its end, over lost connections and a server that starts anew. Throws what `open` throws at
 * first, a problem of the server at any time, and `server-not-reached` when it does not come back.
 */
export async function* serverEvents(options: EventsOptions): AsyncGenerator<ServerEvent, void> {
  const { url, signal } = options;
  const at: Place = { lastId: undefined, openedAt: null };
  while (!signal.aborted) {
    try {
      if (yield* untilLost(options, at)) return;
    } catch (error) {
      if (signal.aborted) return;
      const isLost = !isLigaseError(error) || error.code === "server-not-reached";
      if (at.openedAt === null || !isLost) throw error;
    }
    if (performance.now() - (at.openedAt ?? 0) > TRIED_MS)
      throw new LigaseError("server-not-reached", { url, reason: "the connection was lost" });
    await delay(AGAIN_MS, null, { signal }).catch(() => null);
  }
}

/** How far a stream was read. */
interface Place {
  lastId: string | undefined;
  /** When the connection was last seen to be there; null before the first. */
  openedAt: number | null;
}

/** Events of one connection; gives whether the stream came to its end. */
async function* untilLost({ open }: EventsOptions, at: Place): AsyncGenerator<ServerEvent, boolean> {
  const { body } = await open(at.lastId);
  try {
    for await (const { id, ...event } of received(body)) {
      at.lastId = id ?? at.lastId;
      yield event;
      if (event.type === "end") return true;
    }
    return false;
  } finally {
    at.openedAt = performance.now();
  }
}

/** Events as they come; what is no event, such as a sign of life, is left out. */
async function* received(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Received, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== null) yield event;
    }
  }
}

function eventOf(block: string): Received | null {
  const fields = new Map(
    block.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const [type, data] = [fields.get("event"), fields.get("data")];
  if (type === undefined || data === undefined) return null;
  return { type, id: fields.get("id"), data: JSON.parse(data) as unknown };
}
