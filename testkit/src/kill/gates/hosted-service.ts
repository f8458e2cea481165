import type { Decision } from "@ligase/engine/testing";
import { fileURLToPath } from "node:url";
import { serveCommand, type Place } from "../scene.ts";
import type { Seeded } from "../seeded.ts";
import { Follower } from "./follower.ts";
import type { HearHost, Host } from "./host.ts";
import { parsedLine, type ClientTask, type HostTask } from "./lines.ts";
import { SeenInbox } from "./seen-inbox.ts";
import { ServiceLaunches } from "./service-launches.ts";
import type { Service } from "./service-request.ts";
import { ServiceTokens } from "./service-tokens.ts";
import type { StreamEvent } from "./stream-events.ts";

const CLIENT = fileURLToPath(new URL("http-client.ts", import.meta.url));
/** How often whoever follows cuts their connection after an event. */
const CUT = 0.05;

interface RunState {
  readonly run: string;
  readonly status: string;
  readonly endedAt: number | null;
}

/** `ligase serve` as a user starts it: all that others know of it comes over HTTP. */
export class HostedService implements Host {
  readonly kind = "service";
  readonly command: readonly string[];
  readonly client = [CLIENT];
  readonly #task: HostTask;
  readonly #seeded: Seeded;
  readonly #tell: HearHost;
  readonly #tokens = new ServiceTokens();
  readonly #launches: ServiceLaunches;
  readonly #inbox = new SeenInbox();
  readonly #followers: Follower[];
  readonly #ended = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  /** As the person at the machine; null while it is dead. */
  #service: Service | null = null;

  constructor({
    task,
    place,
    seeded,
    tell,
  }: {
    task: HostTask;
    place: Place;
    seeded: Seeded;
    tell: HearHost;
  }) {
    this.command = serveCommand(place);
    this.#task = task;
    this.#seeded = seeded;
    this.#tell = tell;
    this.#launches = new ServiceLaunches({
      task,
      seeded,
      tokens: this.#tokens,
      begun: (run) => this.#begun(run),
    });
    this.#followers = [this.#follower("/inbox/stream", (event) => this.#hearInbox(event))];
  }

  get broken(): readonly string[] {
    const parts = [this.#tokens, this.#launches, this.#inbox, ...this.#followers];
    return parts.flatMap(({ broken }) => broken);
  }

  hear(line: string): void {
    const told = parsedLine(line) as (Service & { readonly kind: string }) | null;
    if (told?.kind !== "serving") return;
    const service = { url: told.url, token: told.token };
    this.#service = service;
    this.#tell({ kind: "serving" });
    for (const follower of this.#followers) this.#begin(follower.follow(service));
    this.#begin(this.#launches.launchAll(service).then(() => this.#tellWhenIdle()));
  }

  async reach(by: Pick<Decision, "by" | "roles">): Promise<Pick<ClientTask, "service"> | null> {
    const service = this.#service;
    const token = service === null ? undefined : await this.#tokens.of(by, service);
    return service === null || token === undefined ? null : { service: { url: service.url, token } };
  }

  async died(): Promise<void> {
    this.#service = null;
    this.#inbox.lost();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #begun(run: string): void {
    this.#tell({ kind: "begun", run });
    const follower = this.#follower(`/runs/${run}/stream`, ({ type, data }) => {
      if (type === "state") this.#hearRun(data as RunState);
    });
    this.#followers.push(follower);
    if (this.#service !== null) this.#begin(follower.follow(this.#service));
  }

  #follower(path: string, hear: (event: StreamEvent) => void): Follower {
    return new Follower({ path, hear, cuts: () => this.#seeded.chance(CUT) });
  }

  #hearInbox(event: StreamEvent): void {
    for (const gate of this.#inbox.hear(event)) this.#tell({ kind: "gate", gate });
    this.#tellWhenIdle();
  }

  #hearRun({ run, status, endedAt }: RunState): void {
    if (endedAt === null) return;
    this.#ended.add(run);
    this.#tell({ kind: "ended", run, status });
    this.#tellWhenIdle();
  }

  #tellWhenIdle(): void {
    const areOver = this.#launches.areDone && this.#ended.size === this.#task.runs.length;
    if (areOver && this.#inbox.isEmpty) this.#tell({ kind: "idle" });
  }

  #begin(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }
}
