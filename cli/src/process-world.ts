import type { OpenInspect, Output, Place, World } from "./world.ts";
import { paletteFor } from "./output/palette.ts";

/**
 * The world of this process: its terminal, its signals, and the engine on this machine. It is made at every start, so
 * what only some commands use is loaded when they use it.
 */
export function processWorld(): World {
  const store = takeStore(process.env);
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    cwd: process.cwd(),
    now: () => Date.now(),
    user: loginName,
    readInput: () => readAll(process.stdin),
    onInterrupt,
    exit: (code) => process.exit(code),
    openKeyboard: async () =>
      process.stdin.isTTY ? (await import("./process-keyboard.ts")).keyboardOf(process.stdin) : null,
    openEngine: async (options) => (await import("@ligase/engine")).openEngine({ ...store, ...options }),
    loadDefinitions: async (file) => (await import("@ligase/engine")).loadDefinitions(file),
    openInspect: async (place) => await openInspect({ ...store, ...place }),
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

/** The URL may hold a password: the processes that jobs run in do not inherit it. */
function takeStore(environment: NodeJS.ProcessEnv): Pick<Place, "store"> {
  const { LIGASE_STORE: store = "" } = environment;
  delete environment["LIGASE_STORE"];
  return store === "" ? {} : { store };
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
