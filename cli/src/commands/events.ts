import type { Engine, NewEvent } from "@ligase/engine";
import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import type { CommonOptions } from "../options.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

/** `ligase event KEY [PAYLOAD]` */
export const event = defineCommand({
  name: "event",
  about: [
    "Publishes an event: the gate that has waited the longest for its key takes it; without one it is kept for a gate that",
    "opens later. Each trigger with its key launches a run. The payload is JSON, or the text itself; @FILE reads JSON from a",
    "file, - from standard input.",
  ].join("\n"),
  positionals: [
    { name: "KEY", about: "what gates wait for" },
    { name: "PAYLOAD", about: "what they get, by their type (default null)", optional: true },
  ],
  options: {
    all: { kind: "flag", about: "for all gates that wait, and that open until it is over" },
    id: { kind: "text", value: "ID", about: "names the message: the same id again is not taken again" },
    source: { kind: "text", value: "NAME", about: "where the message comes from (default cli)" },
    lasts: { kind: "text", value: "SPAN", about: "how long it is kept for gates to open (default 7d)" },
  },
  examples: [
    "ligase event order:17 '{ \"paid\": true }'",
    "ligase event calibrated --all --lasts 12h",
    "ligase event order:17 @payment.json --source shop --id 5531",
  ],
  async run({ options, positionals: [key = "", payload] }, world) {
    const { all, id, source = "cli", lasts } = options;
    const wanted: NewEvent = {
      key,
      source,
      to: all ? "all" : "one",
      payload: payload === undefined ? null : await payloadOf(payload, world),
      ...(id === undefined ? {} : { id }),
      ...(lasts === undefined ? {} : { timeToLiveMs: await spanOf(lasts) }),
    };
    return await withEngine(options, world, async (engine) => {
      const kept = await engine.events.withFilesKept(wanted);
      const published = engine.events.publish(kept, { name: world.user() });
      const { eventDocument, publishedText } = await import("../events/events-text.ts");
      return options.json
        ? { kind: "event-published", ...eventDocument(published), isNew: published.isNew }
        : publishedText(published, world);
    });
  },
});

/** `ligase events [KEY]` */
export const events = defineCommand({
  name: "events",
  about: "Lists events that are kept, the newest first: what they were for, and which gates took them.",
  positionals: [{ name: "KEY", about: "only events with this key", optional: true }],
  options: {
    before: {
      kind: "count",
      value: "N",
      about: "only events before this number: the last of the page before",
    },
    number: { kind: "count", short: "n", value: "N", about: "how many (default 20)" },
  },
  examples: ["ligase events", "ligase events order:17 --json"],
  run: ({ options, positionals: [key] }, world) =>
    withEngine(options, world, async (engine) => {
      const { before, number: limit = 20 } = options;
      const filter = {
        limit,
        ...(key === undefined ? {} : { key }),
        ...(before === undefined ? {} : { before }),
      };
      const found = engine.events.list(filter);
      const { eventDocument, eventsText } = await import("../events/events-text.ts");
      return options.json ? found.map(eventDocument) : eventsText(found, world);
    }),
});

/** Writes what `answer` gives: text as it is, all else as a line of JSON. */
async function withEngine(
  options: CommonOptions,
  world: World,
  answer: (engine: Engine) => Promise<unknown>,
): Promise<number> {
  const engine = await world.openEngine(placeOf(options));
  try {
    const answered = await answer(engine);
    world.out.write(typeof answered === "string" ? answered : `${JSON.stringify(answered)}\n`);
    return EXIT.ok;
  } finally {
    await engine.close();
  }
}

async function payloadOf(text: string, world: World): Promise<unknown> {
  if (text.startsWith("@")) {
    const { givenValue } = await import("../decide/given-value.ts");
    return givenValue(text, world.cwd);
  }
  const { jsonOrText } = await import("../inputs/signal-value.ts");
  return jsonOrText(text === "-" ? (await world.readInput()).trimEnd() : text);
}

async function spanOf(text: string): Promise<number> {
  const { readDuration } = await import("@ligase/sdk/internal");
  const span = readDuration(text);
  if (typeof span === "number") return span;
  throw new Problem("flag-value-invalid", {
    flag: "--lasts",
    found: text,
    expected: "a span of time such as 12h",
  });
}
