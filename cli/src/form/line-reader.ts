import { printable, visibleWidth } from "../output/visible-text.ts";
import type { Key, Keyboard, Output } from "../world.ts";

const CLEAR_LINE = "\r\u001B[K";

/** A line that somebody typed, or that they want to leave: Ctrl-D, or Ctrl-C. */
export type Line = { readonly kind: "line"; readonly text: string } | { readonly kind: "end" | "interrupt" };

/** Reads lines from a terminal; what is typed or pasted ahead waits for the next question. */
export class LineReader {
  readonly #out: Output;
  readonly #stop: () => void;
  readonly #keys: Key[] = [];
  #wake: () => void = () => undefined;

  constructor(keyboard: Keyboard, out: Output) {
    this.#out = out;
    this.#stop = keyboard.listen((key) => {
      this.#keys.push(key);
      this.#wake();
    });
  }

  close(): void {
    this.#stop();
  }

  async ask(prompt: string): Promise<Line> {
    let typed = "";
    this.#draw(prompt, typed);
    for (;;) {
      const key = await this.#next();
      switch (key.kind) {
        case "enter":
          this.#out.write("\n");
          return { kind: "line", text: typed };
        case "end":
        case "interrupt":
          this.#out.write("\n");
          return { kind: key.kind };
        case "text":
          typed += key.text;
          break;
        case "backspace":
          typed = [...typed].slice(0, -1).join("");
          break;
        case "clear":
          typed = "";
          break;
      }
      this.#draw(prompt, typed);
    }
  }

  async #next(): Promise<Key> {
    for (;;) {
      const key = this.#keys.shift();
      if (key !== undefined) return key;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Of a line that is longer than the terminal its end is seen: that is where one types. */
  #draw(prompt: string, typed: string): void {
    const room = Math.max(8, this.#out.size().width - visibleWidth(prompt) - 1);
    const characters = [...printable(typed)];
    let shown = characters.slice(-room);
    while (visibleWidth(shown.join("")) > room) shown = shown.slice(1);
    this.#out.write(CLEAR_LINE + prompt + shown.join(""));
  }
}
