import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Engine } from "@ligase/engine";
import { LigaseError } from "@ligase/sdk/values";
import { BASE, createApp } from "./app.ts";
import { localToken, type Authenticate } from "./authentication.ts";
import { RequestsUnderWay } from "./requests-under-way.ts";
import { Streams } from "./events-stream.ts";
import { Launches } from "./launches.ts";
import type { Tell } from "./told.ts";
import { WaitingWorkers } from "./waiting-workers.ts";
import { Workflows } from "./workflows.ts";

export interface ServeOptions {
  /** Opened with `serves`; who opened it closes it after the server. */
  readonly engine: Engine;
  /** Files whose workflows can be launched. */
  readonly files: readonly string[];
  /** Default 127.0.0.1, which nobody else can reach. */
  readonly host?: string;
  /** Default 7474; 0 for any that is free. */
  readonly port?: number;
  /** Name of the person at this machine, for whom a token is made. */
  readonly user: string;
  /** Is told what happens. */
  readonly tell: Tell;
}

/** A server that takes requests. */
export interface Serving {
  readonly url: string;
  /** Token of the person at this machine, until the server ends. */
  readonly token: string;
  /** Takes no more requests, ends streams, and lets what was asked be answered. */
  stop(): Promise<void>;
}

const LOOPBACK: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** Starts a server. Throws `serve-needs-users`, `address-not-free`, and what loading a file throws. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { engine, host = "127.0.0.1", port = 7474, user, tell } = options;
  const isLocal = LOOPBACK.includes(host);
  if (!isLocal && engine.people.users({ name: user }).every(({ isDisabled }) => isDisabled))
    throw new LigaseError("serve-needs-users", { host });
  const workflows = await Workflows.load(engine, options.files);
  const local = localToken(user);
  const authenticate: Authenticate = (secret) =>
    local.authenticate(secret) ?? engine.people.authenticate(secret);
  const streams = new Streams(engine);
  const workers = new WaitingWorkers(engine.external);
  const launches = new Launches({ engine, workflows, tell });
  const service = { engine, workflows, launches, streams, workers, authenticate, tell, base: BASE };
  const app = createApp(service, { hosts: isLocal ? [...LOOPBACK, "[::1]"] : null });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const underWay = new RequestsUnderWay(server);
  const url = await listen(server, host, port);
  return {
    url,
    token: local.secret,
    async stop() {
      streams.close();
      workers.close();
      await underWay.end();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LigaseError("address-not-free", { host, port, reason }, { cause: error });
  }
  const { address, family, port: found } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${found}`;
}
