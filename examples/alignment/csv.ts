/** One line of a CSV file: its number in the file, counted from 1, and its fields. */
export interface CsvLine {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Splits CSV text into lines of fields; quoted fields, a byte order mark and Windows line ends are understood. */
export function parseCsv(text: string): readonly CsvLine[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content }))
    .filter(({ content }) => content.trim() !== "")
    .map(({ line, content }) => ({ line, fields: splitLine(content) }));
}

/** CSV text of a header and rows; fields are quoted where they must be. */
export function toCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const lines = [header, ...rows].map((row) => row.map((field) => quoted(String(field ?? ""))).join(","));
  return `${lines.join("\n")}\n`;
}

function splitLine(content: string): readonly string[] {
  const fields = content.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))/g);
  return Array.from(fields, ([, inQuotes, plain = ""]) => inQuotes?.replaceAll('""', '"') ?? plain.trim());
}

function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
