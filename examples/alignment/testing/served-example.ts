import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Run } from "@ligase/server/client";
import { CommandLine, readUntil, type Ended } from "../../../cli/src/testing/command-line.ts";
import { EventSource } from "../../../server/src/testing/event-source.ts";

const CLI = join(import.meta.dirname, "../../../cli/bin/ligase.js");

/** Where a run stands, as its stream tells it. */
export interface RunState {
  readonly status: Run["status"];
  readonly error: Run["error"];
  readonly openGates: readonly { readonly id: string }[];
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** `ligase serve` as a process of its own, on the store of a folder, and the tokens of those who use it. */
export class ServedExample {
  readonly ligase: CommandLine;
  readonly #cleanUp: (() => unknown)[];
  readonly #tokens = new Map<string, string>();
  #service: { readonly child: ChildProcess; readonly url: string } | null = null;

  constructor() {
    const cleanUp: (() => unknown)[] = [];
    this.#cleanUp = cleanUp;
    this.ligase = CommandLine.make({ after: (end: () => unknown) => cleanUp.push(end) });
  }

  get folder(): string {
    return this.ligase.folder;
  }

  /** Adds a user, or gives one another role; they get a token. */
  async addUser(name: string, role: string): Promise<void> {
    await this.#done("user", name, "--role", role);
    this.#tokens.set(name, (await this.#done("token", name)).trim());
  }

  /** Serves files at a port that is free. */
  async start(...files: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, [CLI, "serve", ...files, "--port=0", "--json"], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = text(child.stderr);
    const serving = await readUntil(child.stdout, /\n/).catch(async () => {
      throw new Error(`The service did not start: ${await said}`);
    });
    this.#service = { child, url: (JSON.parse(serving) as { readonly url: string }).url };
  }

  /** Ends the service as a power cut of its machine would: it can do nothing more. */
  async kill(): Promise<void> {
    const service = this.#service;
    this.#service = null;
    if (service === null) return;
    const closed = once(service.child, "close");
    service.child.kill("SIGKILL");
    await closed;
  }

  async close(): Promise<void> {
    await this.kill();
    for (const end of this.#cleanUp) await end();
  }

  /** A user, at the service as it runs now. */
  as(name: string): Client {
    if (this.#service === null) throw new Error("Nothing is served.");
    return new Client(this.ligase, { url: this.#service.url, token: this.#tokens.get(name) ?? "" });
  }

  /** The standard output of a command that has to succeed. */
  async #done(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.ligase.run(...args);
    if (code !== 0) throw new Error(err);
    return out;
  }
}

/** A person at a service, with a program that speaks HTTP and with `ligase --server`. */
export class Client {
  readonly #ligase: CommandLine;
  readonly #url: string;
  readonly #token: string;

  constructor(ligase: CommandLine, { url, token }: { readonly url: string; readonly token: string }) {
    this.#ligase = ligase;
    this.#url = url;
    this.#token = token;
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.#fetch("GET", path);
    if (answer.status !== 200) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<Answer<T>> {
    const answer = await this.#fetch("POST", path, body);
    return { status: answer.status, body: (await answer.json()) as T };
  }

  /** The bytes at an address that the service gave. */
  async bytes(href: string): Promise<Uint8Array> {
    const headers = this.#headers;
    return new Uint8Array(await (await fetch(new URL(href, this.#url), { headers })).arrayBuffer());
  }

  /** Runs a command that asks the service. */
  async ligase(...args: readonly string[]): Promise<Ended> {
    return await this.#ligase.runIn({ LIGASE_TOKEN: this.#token }, ...args, "--server", this.#url);
  }

  /** Follows a run until it is as wanted. */
  async until(run: string, isWanted: (state: RunState) => boolean): Promise<RunState> {
    await using source = await EventSource.open(`${this.#url}/api/v1/runs/${run}/stream`, this.#headers);
    const { data } = await source.until(
      ({ type, data: state }) => type === "state" && isWanted(state as RunState),
    );
    return data as RunState;
  }

  get #headers(): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${this.#token}` };
  }

  async #fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { ...this.#headers, "Content-Type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return await fetch(`${this.#url}/api/v1${path}`, { method, headers, ...sent });
  }
}
