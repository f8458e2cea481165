import { createRoute, z } from "@hono/zod-openapi";
import { json, jsonBody, Limit, Name, orProblem, Time, Value } from "./exchange.ts";
import { Evidence } from "./gates.ts";

const State = z.enum(["ready", "leased", "aside", "done"]);

/** The most seconds for which a request for tasks waits. */
export const MOST_WAIT_MS = 60_000;

const ExternalTask = z
  .object({
    id: z.string().describe("Id of its gate."),
    run: z.string(),
    path: z.string().describe("Of its gate in the run."),
    name: z.string(),
    topic: z.string(),
    priority: z.number(),
    state: State.describe("`aside`: too many workers lost it, and somebody has to put it back."),
    attempts: z.number().describe("Times that a worker was given it."),
    lostLeases: z.number(),
    failures: z.number().describe("Times that a worker gave it up for now."),
    worker: z.string().nullable().describe("Who has it, or had it last."),
    by: z.string().nullable().describe("The user whose token the worker used."),
    leasedAt: Time.nullable(),
    leasedUntil: Time.nullable(),
    availableAt: Time.describe("Not given out before."),
    progress: z.number().nullable(),
    message: z.string().nullable().describe("What the worker told last, or why it is set aside."),
    createdAt: Time,
    deadlineAt: Time.nullable().describe("When its gate expires."),
  })
  .openapi("ExternalTask");
export type ExternalTask = z.infer<typeof ExternalTask>;

const Lease = z.object({
  worker: z.string(),
  by: z.string(),
  leasedAt: Time,
  endedAt: Time.nullable(),
  ending: z.enum(["completed", "failed", "released", "lost", "revoked"]).nullable(),
  message: z.string().nullable(),
});

const LeasedTask = z
  .object({
    task: ExternalTask,
    input: Value,
    files: z.array(Evidence).describe("The files and folders in the input, and where their bytes are."),
    token: z.string().describe("Proves who has the task: all that is said of it needs it."),
  })
  .openapi("LeasedTask");
export type LeasedTask = z.infer<typeof LeasedTask>;

const TaskParam = z.object({ task: Name.describe("Id of the task.") });
const Token = z.string().min(1).max(200);
const Text = z.string().max(100_000);
const asTask = { 200: json(ExternalTask, "The task as it is now."), ...orProblem };

export const leaseTasks = createRoute({
  method: "post",
  path: "/external-tasks/lease",
  summary: "Pull tasks by their topics",
  description:
    "With `waitMs` the answer waits until there is a task. An answer without tasks is no problem: ask again.",
  request: {
    body: jsonBody(
      z.strictObject({
        topics: z.array(Name).min(1).max(100).describe("In the order in which they are looked through."),
        worker: Name.describe("What the worker calls itself."),
        lastsMs: z
          .number()
          .int()
          .optional()
          .describe("Until the lease is lost without a heartbeat, from a second to a day; default a minute."),
        limit: z.number().int().optional().describe("At most so many tasks, up to 100; default 1."),
        waitMs: z.number().int().min(0).max(MOST_WAIT_MS).default(0),
      }),
    ),
  },
  responses: {
    200: json(z.object({ tasks: z.array(LeasedTask) }), "Those that are this worker's now."),
    ...orProblem,
  },
});

export const heartbeatTask = createRoute({
  method: "post",
  path: "/external-tasks/{task}/heartbeat",
  summary: "Keep a lease, and tell of progress",
  request: {
    params: TaskParam,
    body: jsonBody(
      z.strictObject({
        token: Token,
        progress: z.number().min(0).max(1).optional(),
        message: Text.optional(),
        log: z.array(Text).max(1_000).optional().describe("Lines for the task's log."),
      }),
    ),
  },
  responses: asTask,
});

export const completeTask = createRoute({
  method: "post",
  path: "/external-tasks/{task}/complete",
  summary: "Give the result of a task",
  description:
    "Again with the same token and value it changes nothing. What comes too late is kept as evidence.",
  request: { params: TaskParam, body: jsonBody(z.strictObject({ token: Token, value: Value })) },
  responses: asTask,
});

export const failTask = createRoute({
  method: "post",
  path: "/external-tasks/{task}/fail",
  summary: "Give a task up, for now or for good",
  request: {
    params: TaskParam,
    body: jsonBody(z.strictObject({ token: Token, message: Text, retry: z.boolean() })),
  },
  responses: asTask,
});

export const releaseTask = createRoute({
  method: "post",
  path: "/external-tasks/{task}/release",
  summary: "Give a task back untried",
  request: { params: TaskParam, body: jsonBody(z.strictObject({ token: Token })) },
  responses: asTask,
});

export const putBackTask = createRoute({
  method: "post",
  path: "/external-tasks/{task}/put-back",
  summary: "Put a task that was set aside back into line",
  request: { params: TaskParam },
  responses: asTask,
});

export const listTasks = createRoute({
  method: "get",
  path: "/external-tasks",
  summary: "What workers have, what is set aside, what waits, and the newest of what is done",
  request: {
    query: z.object({ topic: Name.optional(), state: State.optional(), limit: Limit.default(100) }),
  },
  responses: { 200: json(z.object({ tasks: z.array(ExternalTask) }), "In that order."), ...orProblem },
});

export const getTask = createRoute({
  method: "get",
  path: "/external-tasks/{task}",
  summary: "A task, everybody who was given it, and what they logged",
  request: { params: TaskParam },
  responses: {
    200: json(
      z.object({
        task: ExternalTask,
        leases: z.array(Lease),
        log: z.array(z.object({ at: Time, text: z.string() })),
      }),
      "It.",
    ),
    ...orProblem,
  },
});
