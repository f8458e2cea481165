import { createRoute, z } from "@hono/zod-openapi";
import { json, orProblem } from "./exchange.ts";

const Health = z.object({ status: z.enum(["ok", "unavailable"]) }).openapi("Health");

export const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the process answers",
  security: [],
  responses: { 200: json(Health, "It does."), ...orProblem },
});

export const readiness = createRoute({
  method: "get",
  path: "/ready",
  summary: "Whether the store can be read and requests are taken",
  security: [],
  responses: {
    200: json(Health, "Requests are taken."),
    503: json(Health, "The store cannot be read, or the server stops."),
    ...orProblem,
  },
});
