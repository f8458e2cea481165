/** What a terminal shows after it was written to: enough of one to see what a table drawn in place leaves behind. */
export class Screen {
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
    for (const [part] of text.matchAll(/\u001B\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) this.#take(part);
  }

  /** The lines, without empty ones at the end. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** Breaks the lines that are longer, as a terminal does that has become narrower; the cursor stays at its end. */
  rewrap(width: number): void {
    const rows = this.#lines.flatMap((line) => {
      const characters = [...line];
      const count = Math.max(1, Math.ceil(characters.length / width));
      return Array.from({ length: count }, (_, row) =>
        characters.slice(row * width, (row + 1) * width).join(""),
      );
    });
    this.#lines.splice(0, this.#lines.length, ...rows);
    this.#row = rows.length - 1;
  }

  #take(part: string): void {
    if (part.startsWith("\u001B[")) this.#obey(part);
    else if (part === "\r") this.#column = 0;
    else if (part === "\n") this.#newLine();
    else this.#put(part);
  }

  #obey(sequence: string): void {
    const amount = Number(/\d+/.exec(sequence)?.[0] ?? 1);
    if (sequence.endsWith("A")) this.#row = Math.max(0, this.#row - amount);
    if (sequence.endsWith("K")) this.#lines[this.#row] = [...this.#line].slice(0, this.#column).join("");
    if (sequence.endsWith("J")) {
      this.#lines[this.#row] = [...this.#line].slice(0, this.#column).join("");
      this.#lines.length = this.#row + 1;
    }
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    this.#lines[this.#row] ??= "";
  }

  #put(character: string): void {
    const characters = [...this.#line.padEnd(this.#column)];
    characters[this.#column] = character;
    this.#lines[this.#row] = characters.join("");
    this.#column++;
  }

  get #line(): string {
    return this.#lines[this.#row] ?? "";
  }
}
