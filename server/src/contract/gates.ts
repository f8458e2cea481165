import { createRoute, z } from "@hono/zod-openapi";
import { Count, json, jsonBody, Limit, Name, orProblem, Time, Value } from "./exchange.ts";
import { RunParam } from "./runs.ts";

const ROLE = z.enum(["viewer", "operator", "approver", "admin"]);
const Deciders = z.object({ users: z.array(z.string()), roles: z.array(ROLE) });

const PresentDeciders = Deciders.extend({
  handedOver: z
    .array(z.object({ by: z.string(), at: Time, to: Deciders, comment: z.string().nullable() }))
    .optional()
    .describe("Each time that it was handed over."),
});

const Decision = z
  .object({
    outcome: z.enum(["approved", "rejected", "answered", "failed", "expired", "elapsed"]),
    by: z.string().nullable(),
    at: Time,
    comment: z.string().nullable(),
    value: Value,
  })
  .openapi("Decision");
export type Decision = z.infer<typeof Decision>;

const Policy = z
  .object({
    timeoutMs: z.number().nullable(),
    onTimeout: z.enum(["fail", "default"]),
    requireComment: z.boolean(),
    reuse: z.enum(["never", "same-content"]),
    deciders: Deciders.nullable(),
    quorum: z.number(),
    notLauncher: z.boolean(),
    remindersMs: z.array(z.number()),
    escalation: z.object({ to: Deciders, timeoutMs: z.number().nullable() }).nullable(),
  })
  .describe("Who decides, and what happens without a decision.")
  .openapi("Policy");

/** A file or folder that a gate shows, with where its bytes are. */
export const Evidence = z
  .object({
    name: z.string(),
    kind: z.enum(["file", "folder"]),
    size: z.number(),
    digest: z.string().nullable(),
    mediaType: z.string(),
    href: z.string().describe("Its bytes; below a folder's, those of the files in it."),
  })
  .openapi("Evidence");

/** What a gate is, without what it shows. */
export const GateSummary = z
  .object({
    id: z.string(),
    run: z.string(),
    workflow: z.string(),
    launcher: z.string(),
    job: z.number().nullable(),
    kind: z.enum(["approve", "review", "input", "sleep", "external", "event"]),
    name: z.string(),
    path: z.string(),
    status: z.enum(["open", "resolved", "expired", "cancelled"]),
    question: z.string().nullable(),
    openedAt: Time,
    deadlineAt: Time.nullable(),
    isEscalated: z.boolean(),
    reminded: z.number().describe("Reminders that were given for the present deadline."),
    contentHash: z.string().describe("Of what it shows; a decision sends it back as `seen`."),
    policy: Policy,
    deciders: PresentDeciders.nullable().describe("Who may decide now; null for everybody who may at all."),
    votes: z.array(Decision).describe("Votes so far."),
    decision: Decision.nullable(),
    shows: z.array(z.string()).describe("Names of the files and folders to look at."),
  })
  .openapi("GateSummary");
export type GateSummary = z.infer<typeof GateSummary>;

export const Gate = GateSummary.extend({
  refusal: z.string().nullable().describe("Why whoever asks may not decide it; null when they may."),
  callers: z.array(z.number()).describe("Numbers of the jobs that wait for it; 0 is the run itself."),
  before: z
    .object({ run: z.string(), contentHash: z.string(), decision: Decision })
    .nullable()
    .describe("What was decided the last time that it was asked, there or in an earlier run."),
  value: Value,
  evidence: z.array(Value),
  files: z.array(Evidence).describe("The files and folders in the evidence and the value."),
  schema: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("JSON Schema of the value that is asked for."),
  type: z
    .looseObject({ kind: z.string() })
    .nullable()
    .describe("The same in Ligase's own description of types."),
}).openapi("Gate");
export type Gate = z.infer<typeof Gate>;

export const GateParam = RunParam.extend({
  gate: z.string().min(1).max(4_000).describe("Id, path (percent-encoded) or unique name of the gate."),
});

export const listInbox = createRoute({
  method: "get",
  path: "/inbox",
  summary: "The gates of all runs that wait for a person, the nearest deadline first",
  request: {
    query: z.object({
      offset: Count.default(0),
      limit: Limit.default(200),
      mine: z.enum(["true", "false"]).optional().describe("`true`: only those that whoever asks may decide."),
    }),
  },
  responses: {
    200: json(
      z.object({ gates: z.array(GateSummary), more: z.boolean() }),
      "A page of them, and whether more follow.",
    ),
    ...orProblem,
  },
});

export const listGates = createRoute({
  method: "get",
  path: "/runs/{run}/gates",
  summary: "The gates of a run, in the order they opened",
  request: { params: RunParam },
  responses: { 200: json(z.object({ gates: z.array(GateSummary) }), "All of them."), ...orProblem },
});

export const getGate = createRoute({
  method: "get",
  path: "/runs/{run}/gates/{gate}",
  summary: "A gate and what it shows",
  request: { params: GateParam },
  responses: { 200: json(Gate, "It."), ...orProblem },
});

/** What a person says to a gate. Who they are comes from their token, and from nowhere else. */
const Given = z.strictObject({
  outcome: z.enum(["approved", "rejected", "answered"]),
  value: Value.optional().describe("The answer, or the edited value of an approval."),
  comment: z.string().max(10_000).nullable().optional(),
  seen: z.string().max(200).optional().describe("`contentHash` of the gate as it was looked at."),
});
export type Given = z.infer<typeof Given>;

const Kept = z.object({ state: z.literal("kept") }).describe("It waits until its gate opens.");
const Counted = z.object({ state: z.literal("counted"), gate: Gate });

export const decideGate = createRoute({
  method: "post",
  path: "/runs/{run}/gates/{gate}/decision",
  summary: "Approve, reject or answer a gate, open or to come",
  description:
    "The same decision again changes nothing and is fine. A gate that shows evidence wants `seen`.",
  request: { params: GateParam, body: jsonBody(Given) },
  responses: {
    200: json(Counted, "It counts; the gate as it is now."),
    202: json(Kept, "Its gate is not open yet: it is kept, and checked when it opens."),
    ...orProblem,
  },
});

export const handOverGate = createRoute({
  method: "post",
  path: "/runs/{run}/gates/{gate}/hand-over",
  summary: "Give an open gate to others to decide",
  request: {
    params: GateParam,
    body: jsonBody(
      z.strictObject({
        to: z.strictObject({ users: z.array(Name).max(100).optional(), roles: z.array(ROLE).optional() }),
        comment: z.string().max(10_000).nullable().optional(),
      }),
    ),
  },
  responses: { 200: json(Gate, "The gate as it is now."), ...orProblem },
});

export const sendSignals = createRoute({
  method: "post",
  path: "/signals",
  summary: "Decide several gates, of one run or many",
  description: "All count or none: when one is wrong or refused, the answer is its problem.",
  request: {
    body: jsonBody(
      z.strictObject({
        signals: z
          .array(Given.extend({ run: Name, gate: z.string().min(1).max(4_000) }))
          .min(1)
          .max(1_000),
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        results: z.array(z.discriminatedUnion("state", [Counted, Kept])),
      }),
      "What came of each, in their order.",
    ),
    ...orProblem,
  },
});
