import { resolve } from "node:path";
import type { Engine } from "@ligase/engine";
import { LigaseError } from "@ligase/sdk/values";
import type { TaskDefinition } from "@ligase/sdk/internal";

/** A definition, and the served file that brings it along. */
export interface Served {
  readonly file: string;
  readonly definition: TaskDefinition;
}

/** What the served files define, by name. */
export class Workflows {
  readonly #served = new Map<string, Served>();

  /** Imports the files, one after another. Throws what importing throws. */
  static async load(engine: Pick<Engine, "load">, files: readonly string[]): Promise<Workflows> {
    const workflows = new Workflows();
    for (const file of files) {
      // All that is defined so far: what an earlier file brought along stays that file's.
      for (const definition of await engine.load(file)) workflows.#add({ file: resolve(file), definition });
    }
    return workflows;
  }

  list(): readonly Served[] {
    return [...this.#served.values()];
  }

  /** Throws `workflow-not-served`. */
  get(name: string): Served {
    const served = this.#served.get(name);
    if (served === undefined) throw new LigaseError("workflow-not-served", { name });
    return served;
  }

  #add(served: Served): void {
    const { name } = served.definition;
    if (!this.#served.has(name)) this.#served.set(name, served);
  }
}
