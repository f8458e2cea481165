import type { ExternalTaskRecord, GateRecord, HandOver } from "@ligase/engine";
import type { InboxItem, ReadAudit } from "@ligase/engine/reader";
import { createClient, type Client } from "@ligase/server/client";
import { compileParse, toJsonForm, type TypeIr } from "@ligase/sdk/internal";
import { jsonValue } from "@ligase/sdk/values";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { World } from "../world.ts";
import type { Desk, Sending } from "./desk.ts";
import { decisionFrom, gateFrom, itemFrom, taskFrom } from "./gate-from-document.ts";
import { readAnswer } from "./read-answer.ts";

/** A server, where whoever a token speaks for looks and decides. */
export class ServerDesk implements Desk {
  readonly #api: Client["api"]["v1"];
  readonly #url: string;
  readonly #world: World;

  constructor(url: string, token: string, world: World) {
    this.#url = url;
    this.#world = world;
    this.#api = createClient(url, token).api.v1;
  }

  run: Desk["run"] = async (run) => {
    const { id } = await this.#read(this.#api.runs[":run"].$get({ param: { run: encodeURIComponent(run) } }));
    return { id, goesOn: true };
  };

  gates: Desk["gates"] = async (run) => {
    const { gates } = await this.#read(this.#api.runs[":run"].gates.$get({ param: { run } }));
    return gates;
  };

  gate: Desk["gate"] = async (run, gate) =>
    gateFrom(
      await this.#read(this.#api.runs[":run"].gates[":gate"].$get({ param: { run, gate } })),
      this.#world.cwd,
    );

  votes: Desk["votes"] = async ({ runId: run, id: gate }) => {
    const { votes } = await this.#read(this.#api.runs[":run"].gates[":gate"].$get({ param: { run, gate } }));
    return votes.map(decisionFrom);
  };

  async inbox(): Promise<readonly InboxItem[]> {
    const items: InboxItem[] = [];
    for (;;) {
      const query = { offset: String(items.length), limit: "1000" };
      const { gates, more } = await this.#read(this.#api.inbox.$get({ query }));
      items.push(...gates.map(itemFrom));
      if (!more) return items;
    }
  }

  async audit(run: string): Promise<ReadAudit> {
    const found = await this.#read(
      this.#api.runs[":run"].audit.$get({ param: { run: encodeURIComponent(run) } }),
    );
    const entries = found.entries.map(({ gate, given: decision, stored, ...entry }) => ({
      entry,
      gate,
      stored,
      decision,
    }));
    const { run: id, workflow, launcher, verification } = found;
    const read: unknown = { run: { id, name: workflow, user: launcher }, entries, check: verification };
    return read as ReadAudit;
  }

  async decide(all: readonly Sending[]): Promise<readonly Decided[]> {
    const signals = all.map(({ named, sent: { outcome, comment = null, contentHash, value } }) => ({
      run: named.run.id,
      gate: named.address,
      outcome,
      comment,
      ...(contentHash === undefined ? {} : { seen: contentHash }),
      ...(value === undefined ? {} : { value: this.#json(value, named.gate?.schema ?? null) }),
    }));
    const { results } = await this.#read(this.#api.signals.$post({ json: { signals } }));
    return all.map(({ named, sent: { outcome } }, index) => {
      const result = results[index];
      return result?.state === "counted"
        ? {
            named,
            outcome,
            result: gateFrom(result.gate, this.#world.cwd),
            votes: result.gate.votes.map(decisionFrom),
          }
        : { named, outcome, result: "kept", votes: [] };
    });
  }

  async work({ topic, state, limit }: Parameters<Desk["work"]>[0] = {}): Promise<
    readonly ExternalTaskRecord[]
  > {
    const query = {
      ...(topic === undefined ? {} : { topic }),
      ...(state === undefined ? {} : { state }),
      ...(limit === undefined ? {} : { limit: String(limit) }),
    };
    const { tasks } = await this.#read(this.#api["external-tasks"].$get({ query }));
    return tasks.map(taskFrom);
  }

  async putBack(id: string): Promise<ExternalTaskRecord> {
    const param = { task: encodeURIComponent(id) };
    return taskFrom(await this.#read(this.#api["external-tasks"][":task"]["put-back"].$post({ param })));
  }

  async handOver(
    { run, address }: NamedGate,
    { to: { users = [], roles = [] }, comment = null }: Pick<HandOver, "to" | "comment">,
  ): Promise<GateRecord> {
    const param = { run: run.id, gate: encodeURIComponent(address) };
    const json = { to: { users: [...users], roles: [...roles] }, comment };
    return gateFrom(
      await this.#read(this.#api.runs[":run"].gates[":gate"]["hand-over"].$post({ param, json })),
      this.#world.cwd,
    );
  }

  async close(): Promise<void> {}

  /** What an answer holds. Throws the server's problem, `server-not-reached`, `server-answer-not-readable`. */
  #read<R extends (Parameters<typeof readAnswer>[0] extends Promise<infer A> ? A : never)>(
    asked: Promise<R>,
  ) {
    return readAnswer(asked, this.#url);
  }

  /** A value as the server reads it by the type. */
  #json(value: unknown, schema: TypeIr | null): unknown {
    if (schema === null) return jsonValue(value);
    const parsed = compileParse(schema, { form: "json", baseDir: this.#world.cwd })(value);
    // The server says what is wrong.
    return parsed.ok ? toJsonForm(schema, parsed.value) : jsonValue(value);
  }
}
