/** Marks text for a terminal; without colours each function gives the text back as it is. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
}

const plain = (text: string): string => text;
const code =
  (on: number, off: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001B[${on}m${text}\u001B[${off}m`;

const noColours: Palette = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, blue: plain };

const colours: Palette = {
  bold: code(1, 22),
  dim: code(2, 22),
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  blue: code(36, 39),
};

/** Colours on a terminal, unless `NO_COLOR` is set or the terminal is a dumb one. */
export function paletteFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Palette {
  const unwanted = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return isTerminal && !unwanted ? colours : noColours;
}
