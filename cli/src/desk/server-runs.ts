import type { DeckRecord, JobFilter, RunFilter } from "@ligase/engine";
import { createClient, type Client, type JobDetail } from "@ligase/server/client";
import { decisionFrom, gateFrom, withFiles } from "./gate-from-document.ts";
import { goodAnswer, readAnswer } from "./read-answer.ts";
import type { JobLog, RunDesk, ShownJob, ShownRun } from "./run-desk.ts";
import { attemptFrom, decidedBeforeFrom, jobFrom, runFrom } from "./run-from-document.ts";

/** So many rows a server gives at a time. */
const PAGE = 1_000;

/** The runs of a server. */
export class ServerRuns implements RunDesk {
  readonly url: string;
  protected readonly api: Client["api"]["v1"];
  protected readonly cwd: string;

  constructor(url: string, token: string, { cwd }: { readonly cwd: string }) {
    this.url = url;
    this.cwd = cwd;
    this.api = createClient(url, token).api.v1;
  }

  async runs({ name, tags = {}, limit = 50, before, ...filter }: RunFilter): Promise<readonly ShownRun[]> {
    const found: ShownRun[] = [];
    const asked = {
      ...texts({ ...filter, workflow: name }),
      tag: Object.entries(tags).map(([tag, value]) => `${tag}=${value}`),
    };
    for (let last = before; found.length < limit;) {
      const page = Math.min(PAGE, limit - found.length);
      const query = { ...asked, limit: String(page), ...texts({ before: last }) };
      const { runs, next } = await this.read(this.api.runs.$get({ query }));
      found.push(...runs.map(runFrom));
      if (next === null) return found;
      last = next;
    }
    return found;
  }

  run: RunDesk["run"] = async (run) => runFrom(await this.read(this.api.runs[":run"].$get(named({ run }))));

  value: RunDesk["value"] = async (run) => {
    const { value } = await this.read(this.api.runs[":run"].value.$get(named({ run })));
    return withFiles(value);
  };

  jobCounts: RunDesk["jobCounts"] = async (run) => {
    const asked = { ...named({ run }), query: { limit: "1" } };
    return (await this.read(this.api.runs[":run"].jobs.$get(asked))).counts;
  };

  async *jobPages(run: string, filter: JobFilter = {}): AsyncGenerator<readonly ShownJob[], void> {
    const { status, task } = filter;
    let { after = 0, limit: left = Number.POSITIVE_INFINITY } = filter;
    while (left > 0) {
      const page = Math.min(PAGE, left);
      const query = texts({ status, task, after, limit: page });
      const { jobs, next } = await this.read(this.api.runs[":run"].jobs.$get({ ...named({ run }), query }));
      yield jobs.map((job) => jobFrom(run, job));
      if (next === null) return;
      left -= page;
      after = next;
    }
  }

  job: RunDesk["job"] = async (run, number) => jobFrom(run, await this.#detail(run, number));

  jobData: RunDesk["jobData"] = async (run, number) => {
    const { args, value } = await this.#detail(run, number);
    return { args: withFiles(args), value: withFiles(value) };
  };

  attempts: RunDesk["attempts"] = async (run, number) =>
    (await this.#detail(run, number)).attempts.map(attemptFrom);

  why: RunDesk["why"] = async (run, number) => (await this.#detail(run, number)).why;

  logs: RunDesk["logs"] = async (run, number) =>
    (await this.#detail(run, number)).attempts.flatMap((attempt) =>
      attempt.logs.map(({ name }) => this.#log(run, number, { attempt: attempt.number, name })),
    );

  decks: RunDesk["decks"] = async (run) => {
    const { decks } = await this.read(this.api.runs[":run"].decks.$get(named({ run })));
    return decks.map(({ href, ...deck }): DeckRecord => ({
      ...deck,
      runId: run,
      uri: new URL(href, this.url).href,
    }));
  };

  gate = async (run: string, gate: string) => gateFrom(await this.#gate(run, gate), this.cwd);

  gateRecords: RunDesk["gateRecords"] = async (run, wanted) => {
    const { gates } = await this.read(this.api.runs[":run"].gates.$get(named({ run })));
    const records = [];
    for (const { id, status } of gates)
      if (wanted === undefined || status === wanted) records.push(await this.gate(run, id));
    return records;
  };

  votes: RunDesk["votes"] = async ({ runId, id }) => (await this.#gate(runId, id)).votes.map(decisionFrom);

  decidedBefore: RunDesk["decidedBefore"] = async ({ runId, id }) =>
    decidedBeforeFrom((await this.#gate(runId, id)).before);

  async close(): Promise<void> {}

  /** What an answer holds. Throws the server's problem, `server-not-reached`, `server-answer-not-readable`. */
  protected read<R extends (Parameters<typeof readAnswer>[0] extends Promise<infer A> ? A : never)>(
    asked: Promise<R>,
  ) {
    return readAnswer(asked, this.url);
  }

  #detail(run: string, number: number): Promise<JobDetail> {
    return this.read(this.api.runs[":run"].jobs[":job"].$get(named({ run, job: String(number) })));
  }

  #gate(run: string, gate: string) {
    return this.read(this.api.runs[":run"].gates[":gate"].$get(named({ run, gate })));
  }

  #log(run: string, job: number, { attempt, name }: Pick<JobLog, "attempt" | "name">): JobLog {
    const param = { run, job: String(job), attempt: String(attempt), log: name };
    const log = this.api.runs[":run"].jobs[":job"].attempts[":attempt"].logs[":log"];
    const open = async (from: number): Promise<Response> =>
      (await goodAnswer(log.$get({ ...named(param), query: { from: String(from) } }), this.url)) as Response;
    return {
      key: `${job}/${attempt}/${name}`,
      attempt,
      name,
      async size() {
        const { headers, body } = await open(0);
        await body?.cancel();
        return Number(headers.get("content-length"));
      },
      async *read(from) {
        const { body } = await open(from);
        if (body !== null) yield* body as AsyncIterable<Uint8Array>;
      },
    };
  }
}

/** What stands in the path of a route; users name runs and gates by any text. */
const named = <P extends Readonly<Record<string, string>>>(given: P): { param: P } => ({
  param: Object.fromEntries(Object.entries(given).map(([key, text]) => [key, encodeURIComponent(text)])) as P,
});

type Asked<V> = Exclude<V, number | undefined> | (number extends V ? string : never);

/** What was given, as a query has it. */
const texts = <Q extends Readonly<Record<string, string | number | undefined>>>(
  given: Q,
): { [K in keyof Q]?: Asked<Q[K]> } =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  ) as { [K in keyof Q]?: Asked<Q[K]> };
