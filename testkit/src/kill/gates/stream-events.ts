/** An event of a stream of server-sent events. */
export interface StreamEvent {
  readonly type: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads a stream, event by event, to its end. Throws when its connection breaks. */
export async function* streamEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<StreamEvent> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    // Signs of life are comments.
    for (const block of blocks) if (!block.startsWith(":")) yield eventOf(block);
  }
}

function eventOf(block: string): StreamEvent {
  const field = (name: string): string | null =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  return { type: field("event") ?? "", id: field("id"), data: JSON.parse(field("data") ?? "null") };
}
