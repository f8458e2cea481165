import { createHash } from "node:crypto";
import type { Engine, LaunchOptions, Person } from "@ligase/engine";
import { encode, isLigaseError, LigaseError } from "@ligase/sdk/values";
import type { Tell } from "./told.ts";
import type { Workflows } from "./workflows.ts";

/** Tags that only Ligase itself sets begin so. */
const OWN_TAGS = "ligase.";

/** What a client asks to launch. */
export interface Wanted {
  readonly workflow: string;
  readonly args?: unknown;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly check?: LaunchOptions["check"] | undefined;
  readonly onFailure?: LaunchOptions["onFailure"] | undefined;
}

/** Launches runs for people, and the same one once, however often it is sent. */
export class Launches {
  readonly #engine: Engine;
  readonly #workflows: Workflows;
  readonly #tell: Tell;

  constructor({ engine, workflows, tell }: { engine: Engine; workflows: Workflows; tell: Tell }) {
    this.#engine = engine;
    this.#workflows = workflows;
    this.#tell = tell;
  }

  /** Gives the id of the run. Throws `workflow-not-served`, `argument-not-valid`, `idempotency-key-taken`, … */
  async launch(wanted: Wanted, by: Person, key: string | undefined): Promise<string> {
    const own = Object.keys(wanted.tags ?? {}).find((name) => name.startsWith(OWN_TAGS));
    if (own !== undefined) throw new LigaseError("tag-not-free", { tag: own });
    // A key is its user's: nobody learns of another's runs by guessing theirs.
    const once =
      key === undefined ? {} : { once: { key: hashOf([by.name, key]), request: hashOf(requestOf(wanted)) } };
    try {
      return await this.#start(wanted, { by, ...once });
    } catch (error) {
      if (isLigaseError(error, "launched-before")) return error.params.run;
      throw error;
    }
  }

  async #start(wanted: Wanted, as: Pick<LaunchOptions, "by" | "once"> & { by: Person }): Promise<string> {
    const { workflow, args, tags = {}, check, onFailure } = wanted;
    const { file } = this.#workflows.get(workflow);
    const { id } = await this.#engine.launch({
      file,
      name: workflow,
      args,
      tags,
      ...as,
      ...(check === undefined ? {} : { check }),
      ...(onFailure === undefined ? {} : { onFailure }),
    });
    this.#tell({ kind: "launched", run: id, workflow, by: as.by.name });
    return id;
  }
}

const requestOf = ({ workflow, args, tags, check, onFailure }: Wanted): unknown =>
  [workflow, args, tags, check, onFailure].map((part) => part ?? null);

const hashOf = (value: unknown): string => createHash("sha256").update(encode(value)).digest("base64url");
