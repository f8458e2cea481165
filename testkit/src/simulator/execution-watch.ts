import { decode, encode, findTask, hashText, isFile, type JobSpec, type Outcome } from "@ligase/sdk/internal";
import type { Life } from "./life.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";
import { textPath, type SimulatedDisk } from "./simulated-files.ts";
import { fileURLToPath } from "node:url";

interface Execution {
  readonly life: Life;
  readonly executor: string;
  readonly spec: JobSpec;
  readonly run: string;
  /** Task and arguments. */
  readonly call: string;
  /** What the run did since it was launched or resumed. */
  readonly session: Session;
}

/** What an engine does of a run, from the taking of its lease on. */
interface Session {
  readonly owner: string;
  readonly last: Map<string, Last>;
}

/** The last attempt of a call in one session of a run. */
interface Last {
  readonly execution: Execution;
  readonly attempt: number;
  succeeded: boolean;
}

export interface WatchWorld {
  readonly database: SimulatedDatabase;
  readonly disk: SimulatedDisk;
  readonly machine: { readonly cpu: number; readonly memoryBytes: number };
  readonly limits: Readonly<Record<string, number>>;
  readonly now: () => number;
  /** Whether a run computes all anew. */
  readonly isUncached: (run: string) => boolean;
  /** Whether files were damaged, or lost in a power cut. */
  readonly areFilesLost: () => boolean;
  readonly broken: (rule: string, what: string) => void;
}

/**
 * What the executors see of a simulation: which jobs run, on whichever engine. It knows what was told to executors and
 * what is in the store, and nothing of the engines.
 */
export class ExecutionWatch {
  readonly #world: WatchWorld;
  readonly #running = new Set<Execution>();
  /** The present one of each run in each process. */
  readonly #sessions = new Map<string, Session>();
  readonly #tags = new Map<string, number>();
  readonly #over = new Set<string>();
  executions = 0;

  constructor(world: WatchWorld) {
    this.#world = world;
  }

  broken(rule: string, what: string): void {
    this.#world.broken(rule, what);
  }

  /** Somebody goes on with a run, which may have ended. */
  goesOn(run: string): void {
    this.#over.delete(run);
  }

  /** A run begins, or goes on. */
  begins(run: string, life: Life): void {
    this.#sessionOf(run, life);
  }

  /**
   * Who advances a run now has taken its lease; that has a name which is given once. A process that has lost it starts
   * something, too, until it notices.
   */
  #sessionOf(run: string, life: Life): Session {
    const key = `${life.name} ${run}`;
    const [row] = this.#world.database.rows(
      "SELECT lease_owner AS owner FROM run WHERE id = ?",
      run,
    ) as readonly {
      owner: string | null;
    }[];
    const owner = row?.owner ?? "";
    const known = this.#sessions.get(key);
    if (known?.owner === owner) return known;
    const session = { owner, last: new Map<string, Last>() };
    this.#sessions.set(key, session);
    return session;
  }

  /** A run has ended, and was told to have: nothing of it starts any more. */
  over(run: string, life: Life): void {
    this.#over.add(run);
    for (const [call, { succeeded, execution }] of this.#sessions.get(`${life.name} ${run}`)?.last ?? [])
      if (succeeded && !this.#isRecorded(execution))
        this.broken("R5", `${call} was computed and is not recorded`);
    const session = this.#sessions.get(`${life.name} ${run}`);
    const left = [...this.#running].filter(
      (one) => one.life === life && one.session === session && session !== undefined,
    );
    if (left.length > 0) this.broken("R5", `a run ended while ${left[0]?.spec.task} still ran`);
  }

  /** So many calls with a tag may run at a time. */
  limitTag(tag: string, concurrency: number): void {
    this.#tags.set(tag, concurrency);
  }

  submitted({ life, executor, spec }: Pick<Execution, "life" | "executor" | "spec">): void {
    const run = spec.folder.split("/").at(-2) ?? "";
    const execution = { life, executor, spec, run, call: callOf(spec), session: this.#sessionOf(run, life) };
    this.executions++;
    if (!life.isOutrun) this.#checkStart(execution);
    this.#running.add(execution);
    this.#checkLimits(life);
  }

  #checkStart(execution: Execution): void {
    const { run, call, spec } = execution;
    if (this.#over.has(run)) this.broken("R9", `${call} starts in a run that has ended`);
    this.#checkAttempt(execution);
    if (spec.attempt > 1) return;
    this.#checkStore(execution);
    if (isClaimed(execution)) this.#checkOthers(execution);
  }

  ended(life: Life, spec: JobSpec, outcome: Outcome): void {
    for (const execution of this.#running) {
      if (execution.spec !== spec || execution.life !== life) continue;
      this.#running.delete(execution);
      const last = execution.session.last.get(execution.call);
      if (last !== undefined && outcome.ok) last.succeeded = true;
    }
  }

  dropped(life: Life, spec: JobSpec): void {
    for (const execution of this.#running)
      if (execution.spec === spec && execution.life === life) this.#running.delete(execution);
  }

  died(life: Life): void {
    for (const execution of this.#running) if (execution.life === life) this.#running.delete(execution);
  }

  /** R4: in one run each call has one job, with one attempt after the other. */
  #checkAttempt(execution: Execution): void {
    const { call, spec, session } = execution;
    const last = session.last.get(call);
    if (last?.succeeded === true) this.broken("R4", `${call} is computed again in one run`);
    if (last !== undefined && last.attempt >= spec.attempt)
      this.broken("R4", `attempt ${spec.attempt} of ${call} comes after attempt ${last.attempt}`);
    const allowed = attemptsOf(spec.task);
    if (spec.attempt > allowed)
      this.broken("retries", `attempt ${spec.attempt} of ${call}, which may have ${allowed}`);
    session.last.set(call, { execution, attempt: spec.attempt, succeeded: false });
  }

  #isRecorded({ spec, run }: Execution): boolean {
    const args = argsOf(spec);
    if (args === null) return true;
    const found = this.#world.database.rows(
      `SELECT 1 FROM call_node c JOIN task t ON t.id = c.task JOIN run r ON r.number = c.run
       WHERE t.name = ? AND c.args = ? AND r.id = ?`,
      spec.task,
      args,
      run,
    );
    // Large arguments are kept by their hash.
    return found.length > 0 || args.length > 16_000;
  }

  /** R5: what is recorded, and whose files are there, is not computed again. */
  #checkStore(execution: Execution): void {
    const { database, isUncached } = this.#world;
    const { run, call, spec } = execution;
    const args = argsOf(spec);
    if (args === null) return;
    const nodes = database.rows(
      `SELECT r.id AS run, c.value, c.first, c.volatile FROM call_node c JOIN task t ON t.id = c.task
       JOIN run r ON r.number = c.run WHERE t.name = ? AND c.args = ? ORDER BY c.id`,
      spec.task,
      args,
    ) as readonly {
      run: string;
      value: string | null;
      first: string | null;
      volatile: number;
    }[];
    const own = nodes.findLast((node) => node.run === run);
    if (own !== undefined && this.#holds(own)) this.broken("R5", `${call} is recorded and computed again`);
    const last = nodes.at(-1);
    if (last === undefined || !isClaimed(execution) || isUncached(run)) return;
    if (this.#holds(last) && (last.first !== null || last.volatile === 0))
      this.broken("R4", `${call} is recorded by another run and computed again`);
  }

  #holds({ value, first }: { value: string | null; first: string | null }): boolean {
    if (first !== null) return true;
    if (value === null) return false;
    if (value.startsWith("@")) return this.#world.disk.read(textPath(value.slice(1))) !== undefined;
    const decoded = decode(value);
    if (!isFile(decoded)) return true;
    // A run remembers that a file is missing, and another may have made it again meanwhile.
    if (this.#world.areFilesLost()) return false;
    const content = this.#world.disk.read(fileURLToPath(decoded.uri));
    return content !== undefined && `sha256:${hashText(content).slice(2)}` === decoded.digest;
  }

  /** R4: two runs do not compute one call at once, as long as somebody advances both. */
  #checkOthers({ run, call }: Execution): void {
    const { database, now, isUncached } = this.#world;
    if (isUncached(run)) return;
    const leased = new Set(
      (
        database.rows(
          "SELECT id FROM run WHERE lease_owner IS NOT NULL AND lease_until >= ?",
          now(),
        ) as readonly { id: string }[]
      ).map(({ id }) => id),
    );
    const others = [...this.#running].filter((other) => other.call === call && !other.life.isOutrun);
    for (const other of others)
      if (other.run !== run && leased.has(other.run) && !isUncached(other.run))
        this.broken("R4", `${call} is computed by two runs at once`);
  }

  /** R7, as the executors of one engine count. */
  #checkLimits(life: Life): void {
    const { machine, limits } = this.#world;
    const own = [...this.#running].filter((one) => one.life === life).map(({ spec }) => spec);
    const accounted = own.filter(isAccounted);
    const cpu = accounted.reduce((sum, { resources }) => sum + resources.cpu, 0);
    const memoryBytes = accounted.reduce((sum, { resources }) => sum + resources.memoryBytes, 0);
    if (cpu > machine.cpu || memoryBytes > machine.memoryBytes)
      this.broken("R7", `${cpu} cores and ${memoryBytes} bytes are in use`);
    for (const [name, jobs] of Map.groupBy(own.flatMap(limitsOf), (held) => held)) {
      const [limit = ""] = name.split(" ");
      const most = limits[limit] ?? this.#tags.get(limit) ?? 1;
      if (jobs.length > most)
        this.broken("R7", `${jobs.length} jobs hold ${limit}, of which there are ${most}`);
    }
  }
}

const isAccounted = ({ task, work }: JobSpec): boolean =>
  work.kind === "script" || findTask(task)?.options.resources !== undefined;

/** What a job holds: named limits, and its place in the map of a run whose tag it has. */
function limitsOf(spec: JobSpec): readonly string[] {
  const named = (findTask(spec.task)?.options.limits as readonly string[] | undefined) ?? [];
  const tag = spec.task === "sim.tagged" ? /"(t\d+)"/.exec(callOf(spec))?.[1] : undefined;
  return tag === undefined ? named : [...named, `${tag} ${spec.folder.split("/").at(-2)}`];
}

/** Light functions are not claimed, and what is not cached answers nobody else. */
function isClaimed({ executor, spec }: Execution): boolean {
  return executor !== "inline" && findTask(spec.task)?.options.cache !== false;
}

function callOf({ task, work }: JobSpec): string {
  if (work.kind === "function") return `${task} ${work.argsText.slice(0, 80)} ${hashText(work.argsText)}`;
  return `${task} ${work.script.command} ${work.script.inputs.map(({ source }) => source.digest).join(" ")}`;
}

/** The arguments as a call node has them; null where they cannot be told. */
function argsOf({ work, task }: JobSpec): string | null {
  if (work.kind === "function") return work.argsText;
  return task === "sim.print" ? encode({ x: Number(work.script.command.split(" ")[1]) }) : null;
}

/** Attempts that a call may have: its retries for each kind of failure, and those of infrastructure. */
function attemptsOf(task: string): number {
  return 1 + (retriesOf(task) ?? 0) + (retriesOf(task) ?? 3);
}

/** What a task says of its retries; null when nothing. */
export function retriesOf(task: string): number | null {
  const retries = findTask(task)?.options.retries;
  return typeof retries === "number" ? retries : (retries?.count ?? null);
}
