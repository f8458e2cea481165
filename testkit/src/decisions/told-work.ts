import type { DecisionRows } from "./decision-rows.ts";
import type { WorkReport } from "./work-verdict.ts";
import type { LeaseRow, WorkRows } from "./work-rows.ts";

/** A lease by the task and the name of the worker, which asked once under that name. */
export interface LeaseName {
  /** Id of the task and its gate. */
  readonly gate: string;
  readonly worker: string;
}

/** What a worker was told when it was given a task. */
export interface ToldLease extends LeaseName {
  readonly lastsMs: number;
  /** By the clock of the store. */
  readonly atMs: number;
}

interface Held extends ToldLease {
  /** By the clock of the store; later with every sign of life that was heard. */
  untilMs: number;
  /** The worker gave it back, or does not know whether it did. */
  isOver: boolean;
  accepted: WorkReport | null;
  /** Results that came too late: they are kept. */
  late: number;
}

/** What workers were told, outside of the machine: it must be so for ever (R9), and no task is given to two at once (C18). */
export class ToldWork {
  readonly #held = new Map<string, Held>();

  #of(lease: LeaseName): Held | undefined {
    return this.#held.get(keyOf(lease));
  }

  /** Gives what does not hold, in words; null when all does. */
  leased(lease: ToldLease): string | null {
    const others = [...this.#held.values()].filter(({ gate, isOver }) => gate === lease.gate && !isOver);
    const another = others.find(({ untilMs }) => untilMs > lease.atMs);
    this.#held.set(keyOf(lease), {
      ...lease,
      untilMs: lease.atMs + lease.lastsMs,
      isOver: false,
      accepted: null,
      late: 0,
    });
    return another === undefined ? null : `a task was given to ${lease.worker}, and ${another.worker} has it`;
  }

  accepted(lease: LeaseName, report: WorkReport, atMs: number): void {
    const held = this.#of(lease);
    if (held === undefined) return;
    if (report.kind === "heartbeat") {
      held.untilMs = atMs + held.lastsMs;
      return;
    }
    held.isOver = true;
    held.accepted ??= report;
  }

  /** The result came too late, and is kept as evidence. */
  kept(lease: LeaseName): void {
    const held = this.#of(lease);
    if (held !== undefined) held.late++;
  }

  /** Nobody knows what came of a report: whoever was told it died. */
  unanswered(lease: LeaseName): void {
    const held = this.#of(lease);
    if (held !== undefined) held.isOver = true;
  }

  /** Signs of life may be lost in a power cut, and nothing else. */
  powerWasCut(): void {
    for (const held of this.#held.values()) held.untilMs = held.atMs + held.lastsMs;
  }

  broken(work: WorkRows, rows: DecisionRows, setBackMs: number): readonly string[] {
    const leases = new Map(work.leases.map((lease) => [keyOf(lease), lease]));
    return [...this.#held.entries()].flatMap(([key, held]) => {
      const lease = leases.get(key);
      if (lease === undefined) return [`${held.worker} was given a task, and there is no lease of it`];
      return [...brokenLease(held, lease, setBackMs), ...brokenReport(held, lease, rows)];
    });
  }
}

const keyOf = ({ gate, worker }: LeaseName): string => `${gate} ${worker}`;

function brokenLease({ worker, untilMs }: Held, { ending, endedAt }: LeaseRow, setBackMs: number): string[] {
  if (ending !== "lost" || endedAt === null || endedAt + setBackMs >= untilMs) return [];
  return [`the lease of ${worker} was lost ${untilMs - endedAt} ms before it was over`];
}

/** The ending of a lease by what was accepted. */
const ENDINGS: Readonly<Record<WorkReport["kind"], string | null>> = {
  heartbeat: null,
  complete: "completed",
  fail: "failed",
  release: "released",
};

function brokenReport({ worker, gate, accepted, late }: Held, lease: LeaseRow, rows: DecisionRows): string[] {
  const said = (what: string): string[] => [`${worker} ${what}`];
  const kept = rows.signals.filter(
    (signal) => signal.gate === gate && signal.state === "refused" && signal.decision.worker === worker,
  );
  if (kept.length < late)
    return said(`was told that ${late} results came too late, and ${kept.length} are kept`);
  if (accepted === null) return [];
  if (lease.ending !== ENDINGS[accepted.kind])
    return said(`was told that its ${accepted.kind} counts, and its lease is ${lease.ending ?? "held"}`);
  const decision = rows.gates.find(({ id }) => id === gate)?.decision ?? null;
  if (accepted.kind !== "complete") return [];
  return decision?.worker === worker && decision.value === accepted.value
    ? []
    : said(`completed a task with ${String(accepted.value)}, and it is ${JSON.stringify(decision)}`);
}
