import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { readUntil, type CommandLine } from "./command-line.ts";

type Child = ReturnType<CommandLine["start"]>;

/** `ligase serve flow.ts`, as a process. */
export interface Serving {
  readonly child: Child;
  readonly url: string;
  readonly token: string;
  /** Asks the API. */
  ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Runs `ligase` as one who asks the server. */
  ligase(...args: readonly string[]): ReturnType<CommandLine["run"]>;
}

export async function serving(t: TestContext, ligase: CommandLine): Promise<Serving> {
  const child = ligase.start(["serve", "flow.ts", "--port", "0", "--json"]);
  child.stderr.resume();
  t.after(() => child.kill("SIGKILL"));
  const { url, token } = JSON.parse(await readUntil(child.stdout, /\n/)) as Serving;
  const ask: Serving["ask"] = async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...sent });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    child,
    url,
    token,
    ask,
    ligase: (...args) => ligase.runIn({ LIGASE_TOKEN: token }, ...args, "--server", url),
  };
}

/** Launches a workflow and gives its run. */
export async function launch(server: Serving, workflow: string, args: unknown): Promise<string> {
  const { status, body } = await server.ask("POST", "/runs", { workflow, args });
  assert.equal(status, 202, JSON.stringify(body));
  return (body as { readonly id: string }).id;
}

/** Reads a run's stream up to a state. */
export async function until({ url, token }: Serving, run: string, pattern: RegExp): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const abort = new AbortController();
  const { body } = await fetch(`${url}/api/v1/runs/${run}/stream`, { headers, signal: abort.signal });
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (pattern.test(text)) break;
  }
  abort.abort();
  assert.match(text, pattern);
}
