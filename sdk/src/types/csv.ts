/** Cells of one record, with the number of the record as a spreadsheet shows it: the first is 1. */
export interface CsvRow {
  readonly number: number;
  readonly cells: readonly string[];
}

export interface CsvText {
  readonly rows: readonly CsvRow[];
  readonly problems: readonly { readonly row: number; readonly problem: string }[];
}

/** Splits CSV or TSV text by RFC 4180: quotes, doubled quotes, line breaks in quotes, any line ends. Blank rows are left out. */
export function splitCsv(text: string, delimiter: string): CsvText {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const rows: CsvRow[] = [];
  const problems: { row: number; problem: string }[] = [];
  let at = 0;
  for (let number = 1; at < source.length; number++) {
    const row = readRow(source, at, delimiter);
    at = row.next;
    if (row.problem !== undefined) problems.push({ row: number, problem: row.problem });
    if (row.cells.length > 1 || row.cells[0] !== "") rows.push({ number, cells: row.cells });
  }
  return { rows, problems };
}

interface ReadRow {
  readonly cells: readonly string[];
  readonly next: number;
  readonly problem: string | undefined;
}

function readRow(source: string, start: number, delimiter: string): ReadRow {
  const cells: string[] = [];
  let problem: string | undefined;
  for (let at = start; ;) {
    const cell = source[at] === '"' ? readQuoted(source, at) : readPlain(source, at, delimiter);
    cells.push(cell.text);
    problem ??= cell.problem;
    // After a closing quote only a delimiter or the end of the row may stand.
    const end = readPlain(source, cell.next, delimiter);
    if (end.text !== "")
      problem ??= `text follows a closing quote (${JSON.stringify(end.text.slice(0, 20))})`;
    at = end.next;
    if (source[at] === delimiter) at++;
    else return { cells, next: afterLineEnd(source, at), problem };
  }
}

interface Cell {
  readonly text: string;
  readonly next: number;
  readonly problem?: string;
}

function readPlain(source: string, start: number, delimiter: string): Cell {
  let at = start;
  while (at < source.length && source[at] !== delimiter && source[at] !== "\n" && source[at] !== "\r") at++;
  return { text: source.slice(start, at), next: at };
}

function readQuoted(source: string, start: number): Cell {
  let text = "";
  for (let from = start + 1; ;) {
    const quote = source.indexOf('"', from);
    if (quote === -1)
      return { text: text + source.slice(from), next: source.length, problem: "a quote is not closed" };
    text += source.slice(from, quote);
    if (source[quote + 1] !== '"') return { text, next: quote + 1 };
    text += '"';
    from = quote + 2;
  }
}

function afterLineEnd(source: string, at: number): number {
  return source[at] === "\r" && source[at + 1] === "\n" ? at + 2 : at + 1;
}
