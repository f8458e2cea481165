import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openEngine, type Engine } from "@ligase/engine";
import { serve, type Serving } from "../serve.ts";
import type { Told } from "../told.ts";
import type { Body } from "./answer-body.ts";
import { EventSource, type SentEvent } from "./event-source.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A server over HTTP on a real engine, in a folder that goes with the test. */
export class TestServer {
  readonly serving: Serving;
  readonly url: string;
  readonly token: string;
  readonly root: string;
  readonly engine: Engine;
  readonly told: readonly Told[];

  private constructor({
    serving,
    root,
    engine,
    told,
  }: Pick<TestServer, "serving" | "root" | "engine" | "told">) {
    this.serving = serving;
    this.url = serving.url;
    this.token = serving.token;
    this.root = root;
    this.engine = engine;
    this.told = told;
  }

  static async start(t: TestContext, files: readonly string[] = []): Promise<TestServer> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "ligase-server-")));
    const told: Told[] = [];
    const engine = openEngine({ root, user: "host", serves: true });
    const started: Serving[] = [];
    t.after(async () => {
      for (const one of started) await one.stop();
      await engine.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    });
    const serving = await serve({
      engine,
      files,
      port: 0,
      user: "host",
      tell: (one) => told.push(one),
    });
    started.push(serving);
    return new TestServer({ serving, root, engine, told });
  }

  /** Asks as the person at the machine, or as whom another token speaks for. */
  async ask(
    method: string,
    path: string,
    {
      body,
      token = this.token,
      headers = {},
    }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? await answer.json() : { text: await answer.text() }) as Body,
    };
  }

  async events(path: string, lastEventId?: string): Promise<EventSource> {
    return await EventSource.open(`${this.url}/api/v1${path}`, {
      Authorization: `Bearer ${this.token}`,
      ...(lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId }),
    });
  }

  /** Launches a workflow and gives its run's id. */
  async launch(workflow: string, args: unknown = {}, token = this.token): Promise<string> {
    const answer = await this.ask("POST", "/runs", { body: { workflow, args }, token });
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  }

  /** The state of a run, once it is as wanted. */
  async until(run: string, isWanted: (state: RunState) => boolean): Promise<RunState> {
    await using source = await this.events(`/runs/${run}/stream`);
    const event = await source.until(
      ({ type, data }: SentEvent) => type === "state" && isWanted(data as RunState),
    );
    return event.data as RunState;
  }

  /** The id of the gate at which a run waits, once it does. */
  async openGate(run: string): Promise<string> {
    const { openGates } = await this.until(run, (state) => state.openGates.length > 0);
    return openGates[0]?.id ?? "";
  }

  /** A token of a user with a role. */
  tokenOf(name: string, role: "viewer" | "operator" | "approver" | "admin"): string {
    const by = { name: "host" };
    this.engine.people.putUser(name, role, by);
    return this.engine.people.createToken({ user: name }, by).secret;
  }
}

export interface RunState {
  readonly status: string;
  readonly openGates: readonly { readonly id: string; readonly name: string }[];
}
