import { openEngine } from "@ligase/engine";
import { isLigaseError } from "@ligase/sdk";
import type { Answer } from "./graph.ts";
import type { Scene } from "./scene.ts";
import type { Seeded } from "./seeded.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { ShownGate, Told } from "./told.ts";

interface DeciderOptions {
  readonly scene: Scene;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly told: Told;
  readonly seeded: Seeded;
  /** Freed when it is too full for a decision. */
  readonly disk: SmallDisk | null;
}

/** Decides the gates of a run from another process than the one that advances it: this one. */
export class Decider {
  readonly #scene: Scene;
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #told: Told;
  readonly #seeded: Seeded;
  readonly #disk: SmallDisk | null;
  readonly broken: string[] = [];

  constructor(options: DeciderOptions) {
    this.#scene = options.scene;
    this.#answers = options.answers;
    this.#told = options.told;
    this.#seeded = options.seeded;
    this.#disk = options.disk;
  }

  /** Decides a gate as the plan has it. Now and then somebody else decides otherwise, before or after. */
  async decide(run: string, gate: ShownGate): Promise<void> {
    const answer = this.#answers.get(gate.name);
    if (answer === undefined)
      return void this.broken.push(`a gate ${gate.name} opened that the graph does not have`);
    try {
      await this.#send(run, gate.id, answer);
    } catch (error) {
      if (isServerAway(error)) return await this.decide(run, gate);
      if (this.#disk === null || !isDiskFull(error)) throw error;
      this.#disk.free();
      await this.#send(run, gate.id, answer);
    }
  }

  async #send(run: string, gate: string, answer: Answer): Promise<void> {
    const engine = openEngine(this.#scene.opened);
    try {
      const decision = { run, gate, ...answer, by: this.#seeded.one(["ada", "grace"]) };
      engine.decide(decision);
      this.#told.decided.set(gate, decision);
      if (!this.#seeded.chance(0.2)) return;
      engine.decide({ ...decision, by: "mallory" });
      this.broken.push(`gate ${gate} was decided twice`);
    } catch (error) {
      if (!isLigaseError(error, "gate-already-resolved")) throw error;
    } finally {
      await engine.close();
    }
  }
}

const isDiskFull = (error: unknown): boolean =>
  isLigaseError(error) && ["store-disk-full", "disk-full"].includes(error.code);

/** Of a server that crashed: what was not told as done is tried again. */
const isServerAway = (error: unknown): boolean =>
  isLigaseError(error) && ["store-unavailable", "store-lost-writes", "store-busy"].includes(error.code);
