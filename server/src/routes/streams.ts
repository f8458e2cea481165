import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Env } from "../authentication.ts";
import { streamInbox, streamRun } from "../contract/streams.ts";
import type { Topic } from "../event-topic.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** What happens, as it happens: server-sent events. */
export const streamRoutes = ({ engine, streams, tell }: Service) => {
  const follow = (c: Context<Env>, topic: Topic, seen: string | undefined): Response => {
    streams.admit();
    const mayStill = c.get("stillKnown");
    return streamSSE(
      c,
      (stream) => streams.follow(topic, stream, { seen, mayStill }),
      async (error) => tell({ kind: "failed", error }),
    );
  };
  return newRouter()
    .openapi(streamRun, (c) => {
      const { id } = engine.inspect.run(c.req.valid("param").run);
      return follow(c, streams.run(id), c.req.valid("header")["last-event-id"]);
    })
    .openapi(streamInbox, (c) => follow(c, streams.inbox(), c.req.valid("header")["last-event-id"]));
};
