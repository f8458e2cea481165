import type { z } from "@hono/zod-openapi";
import type { JobRecord, RunFilter, RunRecord } from "@ligase/engine";
import { jsonValue } from "@ligase/sdk/values";
import {
  cancelRun,
  getJob,
  getRun,
  getValue,
  launchRun,
  listJobs,
  listRuns,
  resumeRun,
  type Job,
  type JobDetail,
  type Run,
} from "../contract/runs.ts";
import { givenFields } from "../given-fields.ts";
import { RequestNotValid } from "../problems.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** Launching runs, and looking at them and their jobs. */
export const runRoutes = (service: Service) => {
  const { engine, launches, streams, tell } = service;
  const { inspect } = engine;
  return newRouter()
    .openapi(launchRun, async (c) => {
      const person = c.get("person");
      const body = c.req.valid("json");
      const id = await launches.launch(body, person, c.req.valid("header")["idempotency-key"]);
      c.header("Location", `${c.req.path.replace(/\/$/, "")}/${id}`);
      return c.json(runDocument(inspect.run(id)), 202);
    })
    .openapi(listRuns, (c) => {
      const query = c.req.valid("query");
      const runs = inspect.runs(runFilter(query));
      return c.json({ runs: runs.map(runDocument), next: lastOf(runs, query.limit)?.id ?? null }, 200);
    })
    .openapi(getRun, (c) => c.json(runDocument(inspect.run(c.req.valid("param").run)), 200))
    .openapi(getValue, (c) => {
      const { id, status } = inspect.run(c.req.valid("param").run);
      return c.json({ status, value: jsonValue(inspect.value(id)) }, 200);
    })
    .openapi(listJobs, (c) => {
      const { run } = c.req.valid("param");
      const { limit, status, task, after } = c.req.valid("query");
      const jobs = inspect.jobs(run, givenFields({ limit, status, task, after }));
      return c.json(
        {
          jobs: jobs.map(jobDocument),
          next: lastOf(jobs, limit)?.number ?? null,
          counts: [...inspect.jobCounts(run)],
        },
        200,
      );
    })
    .openapi(getJob, (c) => {
      const { run, job } = c.req.valid("param");
      return c.json(jobDetail(service, inspect.job(run, job), c.req.path), 200);
    })
    .openapi(cancelRun, (c) => {
      const person = c.get("person");
      const { id, name } = inspect.run(c.req.valid("param").run);
      engine.cancel(id, person);
      streams.touched(id);
      tell({ kind: "cancelled", run: id, workflow: name, by: person.name });
      return c.json(runDocument(inspect.run(id)), 202);
    })
    .openapi(resumeRun, async (c) => {
      const person = c.get("person");
      const { id, name } = inspect.run(c.req.valid("param").run);
      await engine.resume(id, person);
      tell({ kind: "resumed", run: id, workflow: name, by: person.name });
      return c.json(runDocument(inspect.run(id)), 202);
    });
};

type RunQuery = z.infer<typeof listRuns.request.query>;

/** The last of a page, when there may be another page behind it. */
const lastOf = <T>(page: readonly T[], limit: number): T | undefined =>
  page.length < limit ? undefined : page.at(-1);

/** Throws `request-not-valid` for a tag that is no pair. */
function runFilter({ workflow, tag = [], ...query }: RunQuery): RunFilter {
  const pairs = (Array.isArray(tag) ? tag : [tag]).map((text: string) => {
    const equals = text.indexOf("=");
    if (equals < 1)
      throw new RequestNotValid("query", [{ path: ["tag"], message: "is a name and a value: name=value" }]);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  const tags = pairs.length === 0 ? undefined : Object.fromEntries(pairs);
  return givenFields({ ...query, name: workflow, tags });
}

function runDocument(run: RunRecord): Run {
  const { id, name, status, user, file, args, tags, createdAt, endedAt, heartbeatAt, parent, error } = run;
  return {
    id,
    workflow: name,
    status,
    user,
    file,
    args: jsonValue(args),
    tags,
    createdAt,
    endedAt,
    heartbeatAt,
    parent,
    error: failure(error),
  };
}

function jobDocument(job: JobRecord): Job {
  const { number, parent, task, status, reason, executor, queuedAt, startedAt, endedAt, error } = job;
  return {
    number,
    parent,
    task,
    status,
    reason,
    executor,
    queuedAt,
    startedAt,
    endedAt,
    error: failure(error),
  };
}

const failure = (error: JobRecord["error"]): Job["error"] => error && { ...error };

function jobDetail({ engine: { inspect } }: Service, job: JobRecord, path: string): JobDetail {
  const { runId, number } = job;
  const { args, value } = inspect.jobData(runId, number);
  const attempts = inspect.attempts(runId, number).map((attempt) => {
    const { startedAt, endedAt, failureKind, status, executor, usage } = attempt;
    const logs = inspect.logFiles(attempt).map(({ name }) => ({
      name,
      href: `${path}/attempts/${attempt.number}/logs/${name}`,
    }));
    return {
      number: attempt.number,
      status,
      executor,
      startedAt,
      endedAt,
      failureKind,
      usage: usage && { ...usage },
      logs,
    };
  });
  return {
    ...jobDocument(job),
    args: jsonValue(args),
    value: jsonValue(value),
    why: inspect.why(runId, number),
    attempts,
  };
}
