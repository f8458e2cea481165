import type { Engine, EngineOptions, Inspect } from "@ligase/engine";
import type { ServeOptions, Serving } from "@ligase/server";
import type { TaskDefinition } from "@ligase/sdk/internal";
import type { Palette } from "./output/palette.ts";

/** Where text goes. */
export interface Output {
  /** A person watches: lines may be drawn again in place. */
  readonly isTerminal: boolean;
  readonly palette: Palette;
  /** Size now, in characters; it changes while a program runs. */
  size(): { readonly width: number; readonly height: number };
  write(text: string): void;
}

/** Keys as they are pressed, while somebody listens. */
export interface Keyboard {
  /** Calls back for each key until the returned function is called. */
  listen(onKey: (key: Key) => void): () => void;
}

export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "enter" | "backspace" | "clear" | "interrupt" | "end" };

/** Everything outside the program that a command uses; tests bring their own. */
export interface World {
  readonly out: Output;
  readonly err: Output;
  readonly cwd: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Login name, under which decisions are recorded. */
  user(): string;
  /** The token with which this person asks a server; null when the environment has none. */
  token(): string | null;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Calls back for each Ctrl-C or request to end, until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process now, whatever runs. */
  exit(code: number): never;
  /** Null when standard input is not a terminal. */
  openKeyboard(): Promise<Keyboard | null>;
  openEngine(options: EngineOptions): Promise<Engine>;
  /** Imports a user's file and gives what it defines; no store is opened. */
  loadDefinitions(file: string): Promise<readonly TaskDefinition[]>;
  /** Only the questions to the store: nothing that runs workflows is loaded. */
  openInspect(place: Place): Promise<OpenInspect>;
  serve(options: ServeOptions): Promise<Serving>;
}

/** Where the store and the files are, as far as the command line says it. */
export type Place = Pick<EngineOptions, "root" | "store">;

export interface OpenInspect {
  readonly inspect: Inspect;
  readonly close: () => void | Promise<void>;
}
