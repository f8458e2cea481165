import type { Decision } from "@ligase/engine/testing";
import type { Scene } from "../scene.ts";
import type { Seeded } from "../seeded.ts";
import type { ClientRequest } from "./client-request.ts";
import { ClientProcess } from "./client-process.ts";
import type { Host } from "./host.ts";
import type { ClientAnswer } from "./lines.ts";
import { NOT_REACHED } from "./service-request.ts";

const CLIENTS = 2;
/** How often a client is killed when it was given something to send, and after how many microseconds at the most. */
const KILLED = 0.05;
const KILLED_WITHIN_MICROSECONDS = 3_000;
/** Answers of a store that is busy or away: nothing was done. */
export const AWAY: ReadonlySet<string> = new Set(["store-busy", "store-unavailable", "store-lost-writes"]);
/** There may be so many of them. */
const MOST_AWAY = 100;

/** Processes that send what others want sent: several at once, and each killed now and then. */
export class Clients {
  readonly #scene: Scene;
  readonly #host: Host;
  readonly #seeded: Seeded;
  readonly #processes: ClientProcess[] = [];
  /** Clients that ended by themselves, otherwise than they may. */
  readonly broken: string[] = [];
  #timesAway = 0;
  /** Clients that were killed. */
  kills = 0;

  constructor({ scene, host, seeded }: { scene: Scene; host: Host; seeded: Seeded }) {
    this.#scene = scene;
    this.#host = host;
    this.#seeded = seeded;
  }

  /** What came of a request of somebody; null when nobody knows, which is so of a client that was killed. */
  async ask(
    by: Pick<Decision, "by" | "roles">,
    request: ClientRequest,
    { isSafe = false }: { readonly isSafe?: boolean } = {},
  ): Promise<ClientAnswer | null> {
    const reached = await this.#host.reach(by);
    if (reached === null) return { code: NOT_REACHED };
    const client = this.#client();
    const answer = client.send({ request, service: reached.service });
    if (!isSafe && this.#seeded.chance(KILLED)) this.#kill(client);
    return await answer;
  }

  #client(): ClientProcess {
    const index = this.#seeded.whole(0, CLIENTS - 1);
    const known = this.#processes[index];
    if (known?.isAlive === true) return known;
    if (known?.broken != null) this.broken.push(known.broken);
    return (this.#processes[index] = new ClientProcess(this.#scene, this.#host.client));
  }

  #kill(client: ClientProcess): void {
    const micros = this.#seeded.whole(0, KILLED_WITHIN_MICROSECONDS);
    const at = process.hrtime.bigint() + BigInt(micros) * 1_000n;
    while (process.hrtime.bigint() < at);
    if (!client.isAlive) return;
    client.kill();
    this.kills++;
  }

  /** Whether a store could not be asked. Throws when that is so again and again. */
  isAway(code: string): boolean {
    if (!AWAY.has(code)) return false;
    if (++this.#timesAway > MOST_AWAY) throw new Error(`A store answers ${code} again and again.`);
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((client) => client.close()));
  }
}
