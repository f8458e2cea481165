import type { Seeded } from "../seeded.ts";
import type { HostTask } from "./lines.ts";
import { ask, type Service } from "./service-request.ts";
import type { ServiceTokens } from "./service-tokens.ts";

/** How often a launch that was answered is sent once more in another life. */
const REPEATED = 0.3;
/** How often a launch is sent twice at once. */
const DOUBLED = 0.3;

interface LaunchesOptions {
  readonly task: HostTask;
  readonly tokens: ServiceTokens;
  readonly seeded: Seeded;
  readonly begun: (run: string) => void;
}

/** Launches runs over HTTP, one after another, each with a key of its own: until it is answered, it is sent again. */
export class ServiceLaunches {
  readonly #options: LaunchesOptions;
  readonly #runs: string[] = [];
  readonly broken: string[] = [];

  constructor(options: LaunchesOptions) {
    this.#options = options;
  }

  /** Whether all were answered. */
  get areDone(): boolean {
    return this.#runs.length === this.#options.task.runs.length;
  }

  async launchAll(service: Service): Promise<void> {
    const { task, seeded, begun } = this.#options;
    for (const index of task.runs.keys()) {
      const known = this.#runs[index];
      if (known !== undefined && !seeded.chance(REPEATED)) continue;
      const copies = seeded.chance(DOUBLED) ? 2 : 1;
      const runs = await Promise.all(Array.from({ length: copies }, () => this.#launch(service, index)));
      const ids = new Set([known, ...runs].filter((id) => id !== undefined));
      if (ids.size > 1) this.broken.push(`one key launched the runs ${[...ids].join(", ")}`);
      const [id] = ids;
      // The next one comes after it in the store.
      if (id === undefined) return;
      if (known !== undefined) continue;
      this.#runs.push(id);
      begun(id);
    }
  }

  /** The id of a run; undefined when the service was gone before it was known. */
  async #launch({ url, token: own }: Service, index: number): Promise<string | undefined> {
    const { task, tokens } = this.#options;
    const token = await tokens.of({ by: task.user, roles: ["approver"] }, { url, token: own });
    if (token === undefined) return undefined;
    const answer = await ask(
      { url, token },
      {
        method: "POST",
        path: "/runs",
        headers: { "Idempotency-Key": `launch ${index}` },
        body: { workflow: task.name, ...task.runs[index] },
      },
    );
    if (answer === null || answer.status === 0) return undefined;
    if (answer.status === 202) return String(answer.body["id"]);
    this.broken.push(`a launch was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return undefined;
  }
}
