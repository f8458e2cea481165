import type { Client } from "@ligase/server/client";
import type { ExternalTaskRecord, GateRecord, HandOver } from "@ligase/engine";
import type { InboxItem, ReadAudit } from "@ligase/engine/reader";
import { compileParse, decode, toJsonForm, type RecordIr, type TypeIr } from "@ligase/sdk/internal";
import { jsonValue } from "@ligase/sdk/values";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { Desk, Sending } from "./desk.ts";
import type { Launchable } from "../inputs/launchable.ts";
import { decisionFrom, gateFrom, itemFrom, readValue, taskFrom } from "./gate-from-document.ts";
import { goodAnswer } from "./read-answer.ts";
import type { DeskRun } from "./run-desk.ts";
import { serverEvents, type ServerEvent } from "./server-events.ts";
import { runFrom } from "./run-from-document.ts";
import { ServerRuns } from "./server-runs.ts";

/** A workflow or task that a server has, as far as launching it goes. */
export interface ServedWorkflow extends Launchable {
  /** Type of what it gives, for showing it. */
  readonly result: TypeIr;
}

/** What is launched. */
type Wanted = Parameters<Client["api"]["v1"]["runs"]["$post"]>[0]["json"];

/** A server, where whoever a token speaks for looks and decides. */
export class ServerDesk extends ServerRuns implements Desk {
  gates: Desk["gates"] = async (run) => {
    const { gates } = await this.read(this.api.runs[":run"].gates.$get({ param: { run } }));
    return gates;
  };

  cancel: Desk["cancel"] = async (run) =>
    runFrom(await this.read(this.api.runs[":run"].cancel.$post({ param: { run: encodeURIComponent(run) } })));

  /** What a server can launch. Throws `workflow-not-served`. */
  async workflow(name: string): Promise<ServedWorkflow> {
    const param = { name: encodeURIComponent(name) };
    const { kind, description, types } = await this.read(this.api.workflows[":name"].$get({ param }));
    const type = (document: unknown) => decode(JSON.stringify(document)) as TypeIr;
    const input = type(types.input) as RecordIr;
    const options = description === null ? {} : { description };
    return { name, kind, options, input, output: type(types.output), result: type(types.result) };
  }

  async launch(wanted: Wanted): Promise<DeskRun> {
    return runFrom(await this.read(this.api.runs.$post({ json: wanted, header: {} })));
  }

  /** Goes on with a run; with other code as a new one, which is given. */
  async resume(run: string): Promise<DeskRun> {
    const param = { run: encodeURIComponent(run) };
    return runFrom(await this.read(this.api.runs[":run"].resume.$post({ param })));
  }

  /** What happens in a run. */
  events(run: string, signal: AbortSignal): AsyncIterable<ServerEvent> {
    const open = async (lastId: string | undefined): Promise<Response> => {
      const header = lastId === undefined ? {} : { "last-event-id": lastId };
      const asked = this.api.runs[":run"].stream.$get({ param: { run }, header }, { init: { signal } });
      return (await goodAnswer(asked, this.url)) as Response;
    };
    return serverEvents({ url: this.url, open, signal });
  }

  /** The value of a run, read by its type. */
  async typedValue(run: string, type: TypeIr): Promise<unknown> {
    const { value } = await this.read(this.api.runs[":run"].value.$get({ param: { run } }));
    return readValue(value, type, this.cwd);
  }

  async inbox(): Promise<readonly InboxItem[]> {
    const items: InboxItem[] = [];
    for (;;) {
      const query = { offset: String(items.length), limit: "1000" };
      const { gates, more } = await this.read(this.api.inbox.$get({ query }));
      items.push(...gates.map(itemFrom));
      if (!more) return items;
    }
  }

  async audit(run: string): Promise<ReadAudit> {
    const found = await this.read(
      this.api.runs[":run"].audit.$get({ param: { run: encodeURIComponent(run) } }),
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
    const { results } = await this.read(this.api.signals.$post({ json: { signals } }));
    return all.map(({ named, sent: { outcome } }, index) => {
      const result = results[index];
      return result?.state === "counted"
        ? {
            named,
            outcome,
            result: gateFrom(result.gate, this.cwd),
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
    const { tasks } = await this.read(this.api["external-tasks"].$get({ query }));
    return tasks.map(taskFrom);
  }

  async putBack(id: string): Promise<ExternalTaskRecord> {
    const param = { task: encodeURIComponent(id) };
    return taskFrom(await this.read(this.api["external-tasks"][":task"]["put-back"].$post({ param })));
  }

  async handOver(
    { run, address }: NamedGate,
    { to: { users = [], roles = [] }, comment = null }: Pick<HandOver, "to" | "comment">,
  ): Promise<GateRecord> {
    const param = { run: run.id, gate: encodeURIComponent(address) };
    const json = { to: { users: [...users], roles: [...roles] }, comment };
    return gateFrom(
      await this.read(this.api.runs[":run"].gates[":gate"]["hand-over"].$post({ param, json })),
      this.cwd,
    );
  }

  /** A value as the server reads it by the type. */
  #json(value: unknown, schema: TypeIr | null): unknown {
    if (schema === null) return jsonValue(value);
    const parsed = compileParse(schema, { form: "json", baseDir: this.cwd })(value);
    // The server says what is wrong.
    return parsed.ok ? toJsonForm(schema, parsed.value) : jsonValue(value);
  }
}
