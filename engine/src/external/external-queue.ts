import { LigaseError } from "@ligase/sdk";
import type { ExternalTaskRecord, ExternalTaskState } from "../model/external-task.ts";
import type { Person } from "../model/person.ts";
import type { RunEvent } from "../model/progress.ts";
import { untilNextLook } from "../model/until-next-look.ts";
import { record } from "../gates/vote.ts";
import { requireRight } from "../people/rights.ts";
import { secretHash } from "../people/token-secret.ts";
import type {
  ExternalTasks,
  Failure,
  Heartbeat,
  LeasedTask,
  LeaseRecord,
  LeaseRequest,
} from "../ports/external-tasks.ts";
import type { World } from "../ports/world.ts";
import { Arrivals } from "./arrivals.ts";
import { completeTask } from "./complete-task.ts";
import { failTask, keepLease, releaseTask } from "./lease-reports.ts";
import { newLeaseToken } from "./lease-token.ts";
import { checkedLeaseRequest, shownId, type CheckedLease } from "./requests.ts";
import { withFilesKept } from "../cache/kept-files.ts";
import { takeBack } from "./take-back.ts";

const LIST = 100;
/** In the order in which somebody looks after them. */
const STATES: readonly ExternalTaskState[] = ["leased", "aside", "ready", "done"];

/** What the queue needs of the world. */
type QueueWorld = Pick<World, "store" | "clock" | "random" | "files">;

/** The tasks that programs outside pull. All that counts is in rows. */
export class ExternalQueue implements ExternalTasks {
  readonly #world: QueueWorld;
  readonly #decided: (run: string) => void;
  readonly #arrivals: Arrivals;
  #isTakingBack = false;
  #isClosed = false;

  /** @param decided told of runs for which a gate was closed */
  constructor(world: QueueWorld, decided: (run: string) => void) {
    this.#world = world;
    this.#decided = decided;
    this.#arrivals = new Arrivals(world);
  }

  lease(request: LeaseRequest): readonly LeasedTask[] {
    const { store } = this.#world;
    requireRight(request.by, "work");
    const wanted = checkedLeaseRequest(request);
    this.#takeBack();
    // Most looks find nothing: they write nothing.
    if (!store.external.hasReady(wanted.topics)) return [];
    let given: readonly LeasedTask[] = [];
    // C18: a task that is in the hands of a worker is so on the disk.
    store.commit("durable", () => {
      store.external.holdTopics(wanted.topics);
      given = this.#nextIds(wanted).map((id) => this.#give(id, wanted));
    });
    return given;
  }

  /** The tasks that are given out now: as many as are wanted, and as the limits of their topics allow. */
  #nextIds({ topics, limit }: CheckedLease): readonly string[] {
    const { external } = this.#world.store;
    const ids: string[] = [];
    for (const topic of topics) {
      const wanted = Math.min(limit - ids.length, external.room(topic) ?? Infinity);
      if (wanted > 0) ids.push(...external.next(topic, wanted));
    }
    return ids;
  }

  #give(id: string, { worker, by, lastsMs }: CheckedLease): LeasedTask {
    const { external, gates } = this.#world.store;
    const token = newLeaseToken();
    const number = (external.get(id)?.attempts ?? 0) + 1;
    external.lease(id, { number, worker, by: by.name, lastsMs, token: secretHash(token) });
    return { task: this.#record(id), input: gates.get(id)?.value, token };
  }

  heartbeat(id: string, token: string, sign: Heartbeat = {}): ExternalTaskRecord {
    const { store, clock } = this.#world;
    // Losing it costs a heartbeat.
    store.commit("computed", () => keepLease({ store, now: clock.now() }, { id, token, sign }));
    return this.#record(id);
  }

  async withFilesKept(id: string, value: unknown): Promise<unknown> {
    const { store, files } = this.#world;
    const gate = store.gates.get(this.#record(id).id);
    return gate === null ? value : await withFilesKept(gate, value, files);
  }

  complete(id: string, token: string, value: unknown): ExternalTaskRecord {
    const { store, clock } = this.#world;
    let problem: LigaseError | null = null;
    store.commit("durable", () => {
      problem = completeTask({ store, now: clock.now() }, { id, token, value });
    });
    // Thrown after the transaction: what came too late is kept.
    if (problem !== null) throw problem as LigaseError;
    return this.#changed(id);
  }

  fail(id: string, token: string, failure: Failure): ExternalTaskRecord {
    const { store, clock, random } = this.#world;
    store.commit("durable", () =>
      failTask({ store, now: clock.now(), random: random() }, { id, token, failure }),
    );
    return this.#changed(id);
  }

  release(id: string, token: string): ExternalTaskRecord {
    const { store } = this.#world;
    store.commit("durable", () => releaseTask(store, { id, token }));
    return this.#changed(id);
  }

  putBack(beginning: string, by: Person): ExternalTaskRecord {
    requireRight(by, "work");
    const { store, clock } = this.#world;
    const [id, other] = store.external.find(beginning);
    if (id === undefined) throw new LigaseError("external-task-not-found", { task: shownId(beginning) });
    if (other !== undefined) throw new LigaseError("external-task-not-unique", { task: shownId(beginning) });
    store.commit("durable", () => {
      const { runId, path } = this.#record(id);
      store.audit.holdLast(runId);
      const task = store.external.hold(id);
      if (task?.state !== "aside")
        throw new LigaseError("external-task-not-aside", { task: path, state: task?.state ?? "gone" });
      store.external.giveBack(id, { ...task, state: "ready", restMs: 0, lostLeases: 0, message: null });
      record(store, runId, {
        at: clock.now(),
        actor: by.name,
        action: "put-back",
        subject: id,
        detail: { reason: task.message },
      });
    });
    return this.#changed(id);
  }

  list(filter: Parameters<ExternalTasks["list"]>[0] = {}): readonly ExternalTaskRecord[] {
    const { topic, state, limit = LIST } = filter;
    this.#doubtWhenDue();
    // What is shown is so now: one that was lost is in line again, or set aside.
    while (takeBack(this.#world));
    const listed: ExternalTaskRecord[] = [];
    for (const each of state === undefined ? STATES : [state]) {
      const rest = limit - listed.length;
      if (rest <= 0) break;
      const wanted = { state: each, limit: rest, ...(topic === undefined ? {} : { topic }) };
      listed.push(...this.#world.store.external.list(wanted));
    }
    return listed;
  }

  get(id: string): ExternalTaskRecord {
    return this.#record(id);
  }

  leases(id: string): readonly LeaseRecord[] {
    return this.#world.store.external.leases(this.#record(id).id);
  }

  log(id: string): readonly { readonly at: number; readonly text: string }[] {
    return this.#world.store.external.log(this.#record(id).id);
  }

  subscribe(arrived: () => void): () => void {
    return this.#arrivals.subscribe(arrived);
  }

  /** Something happened in a run of this process. */
  hear(event: RunEvent): void {
    if ((event.kind === "gate-opened" || event.kind === "gate-closed") && event.gate.kind === "external")
      this.#arrivals.tell();
    // Tasks that it takes with it leave room for others of their topic.
    if (event.kind === "run-ended") this.#arrivals.doubt();
  }

  /** A run was cancelled, maybe one that nobody advances: nothing more is heard of that. */
  hearCancelled(): void {
    this.#arrivals.doubt();
  }

  close(): void {
    this.#isClosed = true;
    this.#arrivals.close();
  }

  /** A batch now; the rest while others have their turns between the batches (R6). */
  #takeBack(): void {
    this.#doubtWhenDue();
    if (!takeBack(this.#world) || this.#isTakingBack) return;
    this.#isTakingBack = true;
    this.#world.clock.soon(() => {
      this.#isTakingBack = false;
      if (this.#isClosed) return;
      untilNextLook(() => this.#takeBack());
      this.#arrivals.tell();
    });
  }

  /** Whoever has tasks taken back may want others: who waits for those is told, too. */
  #doubtWhenDue(): void {
    if (this.#world.store.external.due(1).length > 0) this.#arrivals.doubt();
  }

  /** What a task is now; and whoever waits for what changed looks. */
  #changed(id: string): ExternalTaskRecord {
    const task = this.#record(id);
    if (task.state === "done") this.#decided(task.runId);
    this.#arrivals.tell();
    return task;
  }

  #record(id: string): ExternalTaskRecord {
    const task = this.#world.store.external.get(id);
    if (task === null) throw new LigaseError("external-task-not-found", { task: shownId(id) });
    return task;
  }
}
