import { paletteFor } from "../output/palette.ts";
import type { Key, Keyboard, Output, World } from "../world.ts";

export interface FakeWorldOptions {
  /** Somebody watches and can type. */
  readonly isTerminal?: boolean;
}

/** A world without a process: what is written is kept, keys and interrupts come from the test. */
export class FakeWorld implements World {
  readonly out: Output;
  readonly err: Output;
  readonly cwd = "/project";
  readonly keyboard: Keyboard | null;
  readonly exits: number[] = [];
  written = "";
  time = 0;
  readonly #keyListeners = new Set<(key: Key) => void>();
  readonly #interruptListeners = new Set<() => void>();

  constructor({ isTerminal = false }: FakeWorldOptions = {}) {
    const write = (text: string): void => void (this.written += text);
    const size = () => ({ width: 100, height: 40 });
    this.out = { isTerminal, palette: paletteFor(false, {}), size, write };
    this.err = this.out;
    const listen = (onKey: (key: Key) => void): (() => void) => {
      this.#keyListeners.add(onKey);
      return () => this.#keyListeners.delete(onKey);
    };
    this.keyboard = isTerminal ? { listen } : null;
  }

  /** Types a text and presses Enter. */
  type(text: string): void {
    for (const character of text) this.press({ kind: "text", text: character });
    this.press({ kind: "enter" });
  }

  press(key: Key): void {
    for (const listener of this.#keyListeners) listener(key);
  }

  get isListeningToKeys(): boolean {
    return this.#keyListeners.size > 0;
  }

  interruptNow(): void {
    for (const listener of this.#interruptListeners) listener();
  }

  now(): number {
    return this.time;
  }

  user(): string {
    return "ada";
  }

  token(): string | null {
    return null;
  }

  readInput(): Promise<string> {
    return Promise.resolve("");
  }

  onInterrupt(listener: () => void): () => void {
    this.#interruptListeners.add(listener);
    return () => this.#interruptListeners.delete(listener);
  }

  exit(code: number): never {
    this.exits.push(code);
    return undefined as never;
  }

  openKeyboard(): Promise<Keyboard | null> {
    return Promise.resolve(this.keyboard);
  }

  openEngine(): never {
    throw new Error("This world has no engine.");
  }

  loadDefinitions(): never {
    throw new Error("This world has no files.");
  }

  serve(): never {
    throw new Error("This world has no network.");
  }

  openInspect(): never {
    throw new Error("This world has no store.");
  }
}
