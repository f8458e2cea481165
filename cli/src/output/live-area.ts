import type { Output } from "../world.ts";
import { cutLine, visibleWidth } from "./visible-text.ts";

const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const CLEAR_LINE_REST = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";
/** The terminal shows what stands between these at once: no flicker. */
const BEGIN_FRAME = "\u001B[?2026h";
const END_FRAME = "\u001B[?2026l";

/** Lines at the end of a terminal that are drawn again in place; other lines can be printed above them. */
export class LiveArea {
  readonly #out: Output;
  #lines: readonly string[] = [];
  #above: string[] = [];

  constructor(out: Output) {
    this.#out = out;
  }

  /** Prints lines that stay, above the area, with the next frame. */
  print(lines: readonly string[]): void {
    this.#above.push(...lines);
  }

  /** Draws the area. Nothing is written where nothing has changed. */
  draw(lines: readonly string[]): void {
    const { width, height } = this.#out.size();
    const shown = lines.slice(0, Math.max(1, height - 1)).map((line) => cutLine(line, width - 1));
    if (this.#above.length === 0 && shown.join("\n") === this.#lines.join("\n")) return;
    const body = [...this.#above, ...shown].map((line) => line + CLEAR_LINE_REST).join("\n");
    this.#out.write(BEGIN_FRAME + HIDE_CURSOR + this.#toTop(width) + body + CLEAR_BELOW + END_FRAME);
    this.#lines = shown;
    this.#above = [];
  }

  /** Takes the area away and leaves the cursor where it began. */
  clear(): void {
    const above = this.#above.map((line) => `${line}${CLEAR_LINE_REST}\n`).join("");
    this.#out.write(this.#toTop(this.#out.size().width) + above + CLEAR_BELOW + SHOW_CURSOR);
    this.#lines = [];
    this.#above = [];
  }

  /** A terminal that has become narrower has broken the lines that stand there into several rows. */
  #toTop(width: number): string {
    const rows = this.#lines.map((line) => Math.max(1, Math.ceil(visibleWidth(line) / Math.max(1, width))));
    const up = rows.reduce((sum, each) => sum + each, 0) - 1;
    return up < 0 ? "" : `\r${up > 0 ? `\u001B[${up}A` : ""}`;
  }
}
