import { createRoute, z } from "@hono/zod-openapi";
import { Count, json, jsonBody, Limit, orProblem, Time, Value } from "./exchange.ts";

/** What its characters may be the engine says. */
const Line = z.string().min(1).max(1_000);

const Event = z
  .object({
    number: z.number().describe("Newer ones have greater numbers."),
    source: z.string(),
    id: z.string().describe("Names the message in its source."),
    key: z.string(),
    payload: Value,
    to: z.enum(["one", "all"]),
    by: z.string().nullable().describe("Who published it; null for a source that the engine listens to."),
    receivedAt: Time,
    expiresAt: Time.describe("From then on nobody takes it."),
    takenBy: z.array(z.string()).describe("Ids of the gates that took it."),
    refusedBy: z
      .array(z.object({ gate: z.string(), reason: z.string() }))
      .describe("Gates whose type it does not fit; they stay open."),
    launches: z
      .array(
        z.object({
          trigger: z.string(),
          run: z.string().nullable().describe("Null while it is to come, and where there can be none."),
          problem: z.string().nullable().describe("Why there can be no run; null otherwise."),
        }),
      )
      .describe("The runs that it launches, one for each trigger with its key."),
  })
  .openapi("Event");
export type Event = z.infer<typeof Event>;

const Published = Event.extend({
  isNew: z.boolean().describe("False when the message had come before: this is what came of it then."),
}).openapi("Published");

export const publishEvent = createRoute({
  method: "post",
  path: "/events",
  summary: "Publish an event for gates that wait for its key, and triggers that launch runs for it",
  description:
    "The same source and id again changes nothing, so that a request without an answer can be sent again. A payload that does not fit a gate is no problem of the request: the gates that it does not fit are told. One with which a trigger that is served here cannot launch its run is refused, and nothing is kept.",
  request: {
    body: jsonBody(
      z.strictObject({
        key: Line.describe("What gates wait for: one line."),
        payload: Value.optional().describe("Default null."),
        id: Line.optional().describe("Default: every message is a new one."),
        source: Line.optional().describe("Default `api`."),
        to: z
          .enum(["one", "all"])
          .optional()
          .describe("For the gate that has waited the longest (default), or for all until it is over."),
        timeToLiveMs: z.number().int().min(1).optional().describe("Default 7 days."),
      }),
    ),
  },
  responses: {
    200: json(Published, "A gate took it."),
    202: json(Published, "It is kept, for gates that open until it is over and for runs to launch."),
    ...orProblem,
  },
});

export const listTriggers = createRoute({
  method: "get",
  path: "/triggers",
  summary: "What launches runs by itself here, and what is wrong with it",
  responses: {
    200: json(
      z.object({
        triggers: z.array(
          z.object({
            name: z.string().describe("Of the trigger, and of the runs that it launches."),
            problem: z.string().nullable().describe("What went wrong last; null when nothing is wrong."),
          }),
        ),
      }),
      "All of them.",
    ),
    ...orProblem,
  },
});

export const listEvents = createRoute({
  method: "get",
  path: "/events",
  summary: "Events that are kept, the newest first",
  request: {
    query: z.object({
      key: Line.optional(),
      before: Count.optional().describe("Only events before this number."),
      limit: Limit.default(50),
    }),
  },
  responses: { 200: json(z.object({ events: z.array(Event) }), "A page of them."), ...orProblem },
});
