import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { installNpmPeers, SCRATCH } from "../install.ts";
import { startServer } from "../server-process.ts";

/** A Restate server of our own, with its defaults: its log is FULL. */
export interface RestateServer extends AsyncDisposable {
  readonly pid: number;
  readonly ingressUrl: string;
  readonly adminUrl: string;
}

/** Starts the server on free ports of the loopback interface, on an empty folder that goes when it stops. */
export async function startRestate(): Promise<RestateServer> {
  const project = installNpmPeers();
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, "restate-"));
  const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()];
  const adminUrl = `http://127.0.0.1:${admin}`;
  const server = await startServer({
    program: programOf(project),
    args: ["--base-dir", folder, "--bind-ip", "127.0.0.1", "--bind-port", `${node}`],
    cwd: folder,
    env: {
      RESTATE_INGRESS__BIND_PORT: `${ingress}`,
      RESTATE_ADMIN__BIND_PORT: `${admin}`,
      RESTATE_DISABLE_TELEMETRY: "true",
      RESTATE_LOG_FILTER: "warn",
    },
    exitSignal: "SIGTERM",
    isReady: async () => (await fetch(`${adminUrl}/health`)).ok,
  });
  return {
    pid: server.pid,
    adminUrl,
    ingressUrl: `http://127.0.0.1:${ingress}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The binary itself, and not the script that would start it: it is stopped by its own process id. */
function programOf(project: string): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  return createRequire(join(project, "package.json")).resolve(`${name}/bin/restate-server`);
}
