import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type CsvLine, parseCsv } from "./csv.ts";

/** One lane of one sample: a pair of read files, by absolute path. */
export interface LaneFiles {
  readonly sample: string;
  readonly lane: string;
  readonly fastq1: string;
  readonly fastq2: string;
}

const columns = ["sample", "lane", "fastq_1", "fastq_2"] as const;
type Column = (typeof columns)[number];

interface Row {
  readonly line: number;
  readonly values: Readonly<Record<Column, string>>;
}

/** Something wrong with a manifest, in the place where it can be put right. */
interface Problem {
  readonly line: number;
  readonly column?: Column;
  readonly text: string;
}

/**
 * Checks the text of a manifest whose file lies at `path`, and the read files it names, relative to that file.
 * Throws one error that lists every bad row, by row and column; the header is row 1, as in a spreadsheet.
 */
export async function checkManifest(path: string, text: string): Promise<readonly LaneFiles[]> {
  const rows = readRows(path, parseCsv(text));
  const problems = [...rows.flatMap(badValues), ...repeated(rows), ...(await missingFiles(path, rows))];
  if (problems.length > 0) throw manifestError(path, problems);
  return rows.map(({ values }) => ({
    sample: values.sample,
    lane: values.lane,
    fastq1: resolve(dirname(path), values.fastq_1),
    fastq2: resolve(dirname(path), values.fastq_2),
  }));
}

function readRows(path: string, [header, ...lines]: readonly CsvLine[]): readonly Row[] {
  const names = header?.fields ?? [];
  const absent = columns.filter((column) => !names.includes(column));
  if (absent.length > 0) {
    const text = `there is no column ${absent.join(", ")}; a manifest has ${columns.join(", ")}`;
    throw manifestError(path, [{ line: header?.line ?? 1, text }]);
  }
  if (lines.length === 0) throw manifestError(path, [{ line: 2, text: "there are no rows" }]);
  return lines.map(({ line, fields }) => {
    const value = (column: Column): string => fields[names.indexOf(column)] ?? "";
    const values = {
      sample: value("sample"),
      lane: value("lane"),
      fastq_1: value("fastq_1"),
      fastq_2: value("fastq_2"),
    };
    return { line, values };
  });
}

/** Names become parts of file names, so they are held to letters, digits, dot, dash and underscore. */
function badValues({ line, values }: Row): readonly Problem[] {
  return columns.flatMap((column): readonly Problem[] => {
    const value = values[column];
    if (value === "") return [{ line, column, text: emptyText(column) }];
    if (column === "fastq_1" || column === "fastq_2") {
      return /\.(fastq|fq)\.gz$/.test(value)
        ? []
        : [{ line, column, text: `"${value}" does not end with .fastq.gz` }];
    }
    const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value);
    return isName
      ? []
      : [{ line, column, text: `"${value}" is not made of letters, digits, ".", "-" and "_"` }];
  });
}

function emptyText(column: Column): string {
  return column === "fastq_2" || column === "fastq_1"
    ? "a mate is missing: reads come in pairs"
    : "it is empty";
}

function repeated(rows: readonly Row[]): readonly Problem[] {
  const lanes = new Map<string, number>();
  const files = new Map<string, number>();
  return rows.flatMap(({ line, values }) => [
    ...seenBefore(lanes, `${values.sample} ${values.lane}`, {
      line,
      column: "lane",
      text: "this sample has the lane already",
    }),
    ...seenBefore(files, values.fastq_1, { line, column: "fastq_1", text: "the file is listed already" }),
    ...seenBefore(files, values.fastq_2, { line, column: "fastq_2", text: "the file is listed already" }),
  ]);
}

function seenBefore(seen: Map<string, number>, key: string, problem: Problem): readonly Problem[] {
  const first = seen.get(key);
  if (first === undefined) {
    if (key !== "") seen.set(key, problem.line);
    return [];
  }
  return [{ ...problem, text: `${problem.text}, in row ${first}` }];
}

async function missingFiles(path: string, rows: readonly Row[]): Promise<readonly Problem[]> {
  const checks = rows.flatMap(({ line, values }) =>
    (["fastq_1", "fastq_2"] as const).map(async (column): Promise<readonly Problem[]> => {
      const named = values[column];
      const found = named === "" || (await isReadFile(resolve(dirname(path), named)));
      return found ? [] : [{ line, column, text: `there is no file "${named}" beside the manifest` }];
    }),
  );
  return (await Promise.all(checks)).flat();
}

async function isReadFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return found?.isFile() ?? false;
}

function manifestError(path: string, problems: readonly Problem[]): Error {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .map(
      ({ line, column, text }) =>
        `  row ${line}${column === undefined ? "" : `, column "${column}"`}: ${text}`,
    );
  return new Error(`${basename(path)} can not be used:\n${lines.join("\n")}`);
}
