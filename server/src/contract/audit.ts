import { createRoute, z } from "@hono/zod-openapi";
import { json, orProblem, Time, Value } from "./exchange.ts";
import { RunParam } from "./runs.ts";

const DecisionGiven = z.looseObject({
  outcome: z.string(),
  by: z.string().nullable(),
  at: Time,
  comment: z.string().nullable(),
  value: Value,
});

const HandedOver = z.looseObject({ by: z.string(), at: Time, comment: z.string().nullable(), to: Value });

export const Audit = z
  .object({
    run: z.string(),
    workflow: z.string(),
    launcher: z.string(),
    entries: z.array(
      z.looseObject({
        number: z.number(),
        at: Time,
        actor: z.string().nullable(),
        action: z.string(),
        subject: z.string(),
        gate: z.string().describe("Path of the gate."),
        detail: z.record(z.string(), z.string().nullable()),
        hash: z.string(),
        given: z
          .union([DecisionGiven, HandedOver])
          .nullable()
          .describe("The decision, or how it was handed over, while that is stored."),
        stored: z.string().nullable().describe("The text of which the entry has the hash."),
      }),
    ),
    verification: z.object({
      holds: z.boolean(),
      brokenAt: z.number().nullable(),
      changed: z.array(z.number()),
      erased: z.array(z.number()),
      unrecorded: z.array(z.unknown()),
      unrecordedHandOvers: z.array(z.unknown()),
    }),
  })
  .openapi("Audit");
export type Audit = z.infer<typeof Audit>;

export const getAudit = createRoute({
  method: "get",
  path: "/runs/{run}/audit",
  summary: "What people and time did to a run, and whether the record holds",
  request: { params: RunParam },
  responses: { 200: json(Audit, "The whole chain."), ...orProblem },
});

export const Signal = z.object({
  gate: z.string().nullable().describe("Null for one that came early and was not used."),
  address: z.string(),
  state: z
    .enum(["used", "replaced", "early", "refused"])
    .describe("Whether it counts; a vote that its voter changed is replaced."),
  decision: DecisionGiven,
});
export type Signal = z.infer<typeof Signal>;

export const listSignals = createRoute({
  method: "get",
  path: "/runs/{run}/signals",
  summary: "Everything that was sent to the gates of a run; what was refused is there as evidence",
  request: { params: RunParam },
  responses: { 200: json(z.object({ signals: z.array(Signal) }), "In the order it came."), ...orProblem },
});
