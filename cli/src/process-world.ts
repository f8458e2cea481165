import type { OpenInspect, Output, Place, World } from "./world.ts";
import { paletteFor } from "./output/palette.ts";

/**
 * The world of this process: its terminal, its signals, and the engine on this machine. It is made at every start, so
 * what only some commands use is loaded when they use it.
 */
export function processWorld(): World {
  const url = takeVariable("LIGASE_STORE");
  const store = url === null ? {} : { store: url };
  const token = takeVariable("LIGASE_TOKEN");
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    cwd: process.cwd(),
    now: () => Date.now(),
    user: loginName,
    token: () => token,
    readInput: () => readAll(process.stdin),
    onInterrupt,
    exit: (code) => process.exit(code),
    openKeyboard: async () =>
      process.stdin.isTTY ? (await import("./process-keyboard.ts")).keyboardOf(process.stdin) : null,
    openEngine: async (options) => (await import("@ligase/engine")).openEngine({ ...store, ...options }),
    loadDefinitions: async (file) => (await import("@ligase/engine")).loadDefinitions(file),
    openInspect: async (place) => await openInspect({ ...store, ...place }),
    serve: async (options) => (await import("@ligase/server")).serve(options),
  };
}

/** As the engine's `userName`, without the SDK, which is not loaded at the start. */
function loginName(): string {
  try {
    return process.getBuiltinModule("node:os").userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** What may be secret: the processes that jobs run in do not inherit it. */
function takeVariable(name: string): string | null {
  const value = process.env[name] ?? "";
  delete process.env[name];
  return value === "" ? null : value;
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

async function openInspect(place: Place): Promise<OpenInspect> {
  const { openReader } = await import("@ligase/engine/reader");
  return openReader(place);
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
