import { createRoute, z } from "@hono/zod-openapi";
import { Count, json, jsonBody, Limit, Name, orProblem, Time, Value } from "./exchange.ts";

const RUN_STATUS = [
  "queued",
  "running",
  "waiting",
  "cancelling",
  "succeeded",
  "failed",
  "cancelled",
] as const;
const JOB_STATUS = [...RUN_STATUS, "cached"] as const;

/** A run as a route names it. */
export const RunParam = z.object({ run: Name.describe("Id of the run, or a unique beginning of it.") });
export const JobParam = RunParam.extend({ job: z.coerce.number().int().min(1) });

const Tags = z.record(Name, z.string().max(1_000));

const Failure = z
  .looseObject({ kind: z.string(), name: z.string(), message: z.string() })
  .describe("What failed, by kind: the task, resources, the machine, a rejection, …")
  .openapi("Failure");

export const Run = z
  .object({
    id: z.string(),
    workflow: z.string(),
    status: z.enum(RUN_STATUS),
    user: z.string().describe("Who launched it."),
    file: z.string().describe("The file that defines it, at the server."),
    args: Value,
    tags: z.record(z.string(), z.string()),
    createdAt: Time,
    endedAt: Time.nullable(),
    heartbeatAt: Time.nullable().describe("Last sign of life of who advances it."),
    parent: z.string().nullable(),
    error: Failure.nullable(),
  })
  .openapi("Run");
export type Run = z.infer<typeof Run>;

export const launchRun = createRoute({
  method: "post",
  path: "/runs",
  summary: "Launch a workflow or task",
  description:
    "With an `Idempotency-Key`, the same launch sent again by the same person gives the run that it started before.",
  request: {
    headers: z.object({ "idempotency-key": Name.optional() }),
    body: jsonBody(
      z.strictObject({
        workflow: Name,
        args: Value.optional().describe("By the input's JSON Schema; default none."),
        tags: Tags.optional(),
        check: z.enum(["proof", "full", "none"]).optional(),
        onFailure: z.enum(["stop", "finish"]).optional(),
      }),
    ),
  },
  responses: {
    202: {
      ...json(Run, "The run has begun; `Location` tells where it is."),
      headers: z.object({ Location: z.string() }),
    },
    ...orProblem,
  },
});

export const listRuns = createRoute({
  method: "get",
  path: "/runs",
  summary: "Runs, the newest first",
  request: {
    query: z.object({
      status: z.enum(RUN_STATUS).optional(),
      workflow: Name.optional(),
      user: Name.optional(),
      tag: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .describe("`name=value`; several must all be there."),
      since: Count.optional(),
      until: Count.optional(),
      before: Name.optional().describe("`next` of the page before."),
      limit: Limit.default(50),
    }),
  },
  responses: {
    200: json(
      z.object({ runs: z.array(Run), next: z.string().nullable().describe("Null on the last page.") }),
      "A page of them.",
    ),
    ...orProblem,
  },
});

export const getRun = createRoute({
  method: "get",
  path: "/runs/{run}",
  summary: "A run",
  request: { params: RunParam },
  responses: { 200: json(Run, "It."), ...orProblem },
});

export const getValue = createRoute({
  method: "get",
  path: "/runs/{run}/value",
  summary: "The value of a run that succeeded",
  request: { params: RunParam },
  responses: {
    200: json(z.object({ status: z.enum(RUN_STATUS), value: Value }), "Null before it succeeded."),
    ...orProblem,
  },
});

export const Job = z
  .object({
    number: z.number(),
    parent: z.number().nullable(),
    task: z.string(),
    status: z.enum(JOB_STATUS),
    reason: z.object({ kind: z.string(), detail: z.string().optional() }).describe("Why it ran or did not."),
    executor: z.string().nullable(),
    queuedAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    error: Failure.nullable(),
  })
  .openapi("Job");
export type Job = z.infer<typeof Job>;

export const listJobs = createRoute({
  method: "get",
  path: "/runs/{run}/jobs",
  summary: "Jobs of a run in the order they were made",
  request: {
    params: RunParam,
    query: z.object({
      status: z.enum(JOB_STATUS).optional(),
      task: Name.optional(),
      after: Count.optional().describe("`next` of the page before."),
      limit: Limit.default(100),
    }),
  },
  responses: {
    200: json(
      z.object({
        jobs: z.array(Job),
        next: z.number().nullable().describe("Null on the last page."),
        counts: z.array(z.object({ task: z.string(), status: z.enum(JOB_STATUS), count: z.number() })),
      }),
      "A page of them, and how many jobs of each task the run has in each status.",
    ),
    ...orProblem,
  },
});

const Usage = z
  .looseObject({ wallMs: z.number() })
  .describe("What it used: `cpuMs`, `peakMemoryBytes`, `exitCode`, as far as they are known.");

const Attempt = z.object({
  number: z.number(),
  status: z.string(),
  executor: z.string(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  failureKind: z.string().nullable(),
  usage: Usage.nullable(),
  logs: z.array(z.object({ name: z.string(), href: z.string() })),
});

export const JobDetail = Job.extend({
  args: Value,
  value: Value,
  why: z.string(),
  attempts: z.array(Attempt),
}).openapi("JobDetail");
export type JobDetail = z.infer<typeof JobDetail>;

export const getJob = createRoute({
  method: "get",
  path: "/runs/{run}/jobs/{job}",
  summary: "A job with its data, attempts and logs, and why it ran or did not",
  request: { params: JobParam },
  responses: { 200: json(JobDetail, "It."), ...orProblem },
});

const lateAnswer = { 202: json(Run, "It is asked for; the run tells when it has happened."), ...orProblem };

export const cancelRun = createRoute({
  method: "post",
  path: "/runs/{run}/cancel",
  summary: "Ask for the end of a run",
  request: { params: RunParam },
  responses: lateAnswer,
});

export const resumeRun = createRoute({
  method: "post",
  path: "/runs/{run}/resume",
  summary: "Go on with a run that failed, was cancelled or was interrupted",
  request: { params: RunParam },
  responses: lateAnswer,
});
