import { createHash } from "node:crypto";
import type { Engine, LaunchOptions, Person } from "@ligase/engine";
import { LigaseError } from "@ligase/sdk/values";
import { encode } from "@ligase/sdk/values";
import type { Tell } from "./told.ts";
import type { Workflows } from "./workflows.ts";

/** Tags of runs that the server sets, and nobody else. */
const OWN_TAGS = "ligase.";
const KEY_TAG = `${OWN_TAGS}idempotency-key`;
const REQUEST_TAG = `${OWN_TAGS}request`;

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
  /** Launches with a key that are under way: their runs are not in the store yet. */
  readonly #underWay = new Map<string, Promise<string>>();

  constructor({ engine, workflows, tell }: { engine: Engine; workflows: Workflows; tell: Tell }) {
    this.#engine = engine;
    this.#workflows = workflows;
    this.#tell = tell;
  }

  /** Gives the id of the run. Throws `workflow-not-served`, `argument-not-valid`, `idempotency-key-taken`, … */
  async launch(wanted: Wanted, by: Person, key: string | undefined): Promise<string> {
    const own = Object.keys(wanted.tags ?? {}).find((name) => name.startsWith(OWN_TAGS));
    if (own !== undefined) throw new LigaseError("tag-not-free", { tag: own });
    if (key === undefined) return await this.#start(wanted, by, {});
    // A key is its user's: nobody learns of another's runs by guessing theirs.
    const marks = { [KEY_TAG]: hashOf([by.name, key]), [REQUEST_TAG]: hashOf(requestOf(wanted)) };
    const before = this.#underWay.get(marks[KEY_TAG]);
    if (before !== undefined) await before.catch(() => undefined);
    return this.#earlier(marks) ?? (await this.#once(marks[KEY_TAG], () => this.#start(wanted, by, marks)));
  }

  /** The run that this launch started before. */
  #earlier({ [KEY_TAG]: key = "", [REQUEST_TAG]: request }: Readonly<Record<string, string>>): string | null {
    const [found] = this.#engine.inspect.runs({ tags: { [KEY_TAG]: key }, limit: 1 });
    if (found === undefined) return null;
    if (found.tags[REQUEST_TAG] !== request)
      throw new LigaseError("idempotency-key-taken", { run: found.id });
    return found.id;
  }

  async #once(key: string, start: () => Promise<string>): Promise<string> {
    const started = start();
    this.#underWay.set(key, started);
    try {
      return await started;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #start(wanted: Wanted, by: Person, marks: Readonly<Record<string, string>>): Promise<string> {
    const { workflow, args, tags, check, onFailure } = wanted;
    const { file } = this.#workflows.get(workflow);
    const { id } = await this.#engine.launch({
      file,
      name: workflow,
      args,
      tags: { ...tags, ...marks },
      by,
      ...(check === undefined ? {} : { check }),
      ...(onFailure === undefined ? {} : { onFailure }),
    });
    this.#tell({ kind: "launched", run: id, workflow, by: by.name });
    return id;
  }
}

const requestOf = ({ workflow, args, tags, check, onFailure }: Wanted): unknown =>
  [workflow, args, tags, check, onFailure].map((part) => part ?? null);

const hashOf = (value: unknown): string => createHash("sha256").update(encode(value)).digest("base64url");
