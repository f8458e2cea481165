import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Signal that ends it in good order. */
  readonly exitSignal: NodeJS.Signals;
  /** Rejects or gives false while it is not ready. */
  readonly isReady: () => Promise<boolean>;
}

/** A server that a peer needs. It is stopped by its own process, when it is disposed or when this process ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
}

const READY_WITHIN_MS = 60_000;

/** Starts a server and waits until it is ready. Throws with what it said when it ends before. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { program, args, cwd, env, exitSignal, isReady } = options;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  await waitUntil(isReady, child, () => said.join("").slice(-2_000));
  return {
    // It is ready, and so it has one.
    pid: child.pid ?? Number.NaN,
    async [Symbol.asyncDispose]() {
      process.off("exit", kill);
      const isOver = once(child, "exit");
      if (child.exitCode === null && child.kill(exitSignal)) await isOver;
    },
  };
}

async function waitUntil(
  isReady: () => Promise<boolean>,
  child: ChildProcess,
  said: () => string,
): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`${child.spawnfile} did not get ready: ${said()}`);
    await setTimeout(100);
  }
}
