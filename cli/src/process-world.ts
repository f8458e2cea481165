import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { EngineOptions } from "@ligase/engine";
import type { TaskDefinition } from "@ligase/sdk/internal";
import { readKeys } from "./keys.ts";
import { paletteFor } from "./output/palette.ts";
import type { Keyboard, OpenInspect, Output, World } from "./world.ts";

/** The world of this process: its terminal, its signals, and the engine on this machine. */
export function processWorld(): World {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    keyboard: process.stdin.isTTY ? keyboardOf(process.stdin) : null,
    cwd: process.cwd(),
    now: () => Date.now(),
    user: () => userInfo().username,
    readInput: () => readAll(process.stdin),
    onInterrupt,
    exit: (code) => process.exit(code),
    openEngine: async (options: EngineOptions) => (await import("@ligase/engine")).openEngine(options),
    loadDefinitions,
    openInspect,
  };
}

/** What is not a terminal has no size; lines may be a little longer than on most. */
const PAGE = { width: 120, height: Infinity };

function outputOf(stream: NodeJS.WriteStream): Output {
  const isTerminal = stream.isTTY;
  return {
    isTerminal,
    palette: paletteFor(isTerminal, process.env),
    size: () => (isTerminal ? { width: stream.columns || 80, height: stream.rows || 24 } : PAGE),
    write: (text) => void stream.write(text),
  };
}

/** Loading alone needs no store: the engine that loads gets a folder that is gone afterwards. */
async function loadDefinitions(file: string): Promise<readonly TaskDefinition[]> {
  const root = mkdtempSync(join(tmpdir(), "ligase-load-"));
  const { openEngine } = await import("@ligase/engine");
  const engine = openEngine({ root });
  try {
    return await engine.load(file);
  } finally {
    await engine.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function openInspect(options: { readonly root?: string }): Promise<OpenInspect> {
  const { openEngine } = await import("@ligase/engine");
  const engine = openEngine(options);
  return { inspect: engine.inspect, close: () => engine.close() };
}

function onInterrupt(listener: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => signals.forEach((signal) => process.off(signal, listener));
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Keys come one by one (raw mode) only while somebody listens; else the terminal behaves as ever. */
function keyboardOf(stdin: NodeJS.ReadStream): Keyboard {
  return {
    listen(onKey) {
      const onData = (chunk: Buffer): void => readKeys(chunk.toString("utf8")).forEach(onKey);
      const restore = (): void => void stdin.setRawMode(false);
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.resume();
      process.once("exit", restore);
      return () => {
        process.off("exit", restore);
        stdin.off("data", onData);
        stdin.pause();
        restore();
      };
    },
  };
}
