import { LigaseError } from "../errors/ligase-error.ts";
import { compileNode } from "./compile-node.ts";
import type { Node } from "./compiled.ts";
import { withField } from "./check-collections.ts";
import { splitCsv, type CsvRow } from "./csv.ts";
import { formatPath, type Issue } from "./issue.ts";
import { nearestName } from "./nearest-name.ts";
import { textReaders } from "./readers.ts";
import { isDir, isFile, type Dir, type File } from "../values/file.ts";
import type { Field, RecordIr, TypeIr } from "./type-ir.ts";

export interface SheetOptions {
  /** Type of a row: a record whose fields are the columns. */
  readonly row: TypeIr;
  /** Name of the sheet in messages; its extension tells the delimiter. */
  readonly source: string;
  /** Folder that relative file paths start from, usually the sheet's own. */
  readonly baseDir: string;
  /** Default: a tab for `.tsv`, `.tab` and headers with tabs, else a comma. */
  readonly delimiter?: "," | "\t";
  /** Says what is wrong with the place of a file or folder in a cell, if anything. Absent: places are not looked at. */
  readonly placeProblem?: (value: File | Dir) => string | undefined;
}

/** So many problems are told one by one: who has more of them has most likely one for all rows. */
const PROBLEMS_TOLD = 50;

/** A row of a sheet, typed by the row's schema. */
export type SheetRow = Readonly<Record<string, unknown>>;

export interface ReadSheet {
  readonly rows: readonly SheetRow[];
  /** What is wrong, each with its row and column; from 50 on only how many more. */
  readonly problems: readonly string[];
}

/** Reads a CSV or TSV sheet into typed rows. Throws `sheet-invalid` with all problems, each with row and column. */
export function parseSheet(text: string, options: SheetOptions): readonly SheetRow[] {
  const { rows, problems } = readSheet(text, options);
  if (problems.length > 0) throw new LigaseError("sheet-invalid", { source: options.source, problems });
  return rows;
}

/** Like `parseSheet`, with the problems as data. Row numbers are those of a spreadsheet: the header is row 1. */
export function readSheet(text: string, options: SheetOptions): ReadSheet {
  const { source } = options;
  const row = recordOf(options.row);
  if (row === undefined) return failed(`${source}: the rows of a sheet are records, so its type must be one`);
  const delimiter = options.delimiter ?? detectDelimiter(text, source);
  const csv = splitCsv(text, delimiter);
  if (csv.problems.length > 0)
    return failed(...csv.problems.map((p) => `${source}, row ${p.row}: ${p.problem}`));
  const [header, ...body] = csv.rows;
  if (header === undefined) return failed(`${source} is empty; its first row must hold the column names`);
  const columns = header.cells.map((name) => name.trim());
  const wrong = columnProblems(columns, row).map((problem) => `${source}: ${problem}`);
  if (wrong.length > 0) return failed(...wrong);
  if (body.length === 0) return failed(`${source} has column names but no rows`);
  const node = compileNode(row, textReaders(options.baseDir));
  const { rows, problems } = readRows(body, {
    source,
    columns,
    row,
    node,
    placeProblem: options.placeProblem,
  });
  return { rows, problems: bounded(problems) };
}

function bounded(problems: readonly string[]): readonly string[] {
  const more = problems.length - PROBLEMS_TOLD;
  return more <= 0 ? problems : [...problems.slice(0, PROBLEMS_TOLD), `and ${more} more like these`];
}

const failed = (...problems: readonly string[]): ReadSheet => ({ rows: [], problems });

function recordOf(ir: TypeIr): RecordIr | undefined {
  return ir.kind === "checked" ? recordOf(ir.inner) : ir.kind === "record" ? ir : undefined;
}

function detectDelimiter(text: string, source: string): "," | "\t" {
  if (/\.(tsv|tab)$/i.test(source)) return "\t";
  if (/\.csv$/i.test(source)) return ",";
  const header = text.split(/[\r\n]/, 1)[0] ?? "";
  return header.includes("\t") ? "\t" : ",";
}

function columnProblems(columns: readonly string[], row: RecordIr): readonly string[] {
  const known = Object.keys(row.fields);
  const missing = known.filter((name) => !columns.includes(name) && isRequired(row.fields[name]));
  const [only] = columns;
  const other = columns.length === 1 && known.length > 1 ? /[;\t,|]/.exec(only ?? "")?.[0] : undefined;
  if (other !== undefined)
    return [`the columns seem to be separated by ${JSON.stringify(other)}; use commas or tabs`];
  return [
    ...columns
      .filter((name, index) => name !== "" && columns.indexOf(name) < index)
      .map((name) => `column "${name}" is there twice`),
    ...columns.flatMap((name, index) => (name === "" ? [`column ${index + 1} has no name`] : [])),
    ...(row.extra === "keep" ? [] : unknownColumns(columns, known)),
    ...missing.map((name) => `column "${name}" is missing`),
  ];
}

const isRequired = (field: Field | undefined): boolean =>
  field !== undefined &&
  field.optional !== true &&
  field.default === undefined &&
  field.type.kind !== "nullable";

function unknownColumns(columns: readonly string[], known: readonly string[]): readonly string[] {
  const absent = known.filter((name) => !columns.includes(name));
  const unknown = [...new Set(columns)].filter((name) => name !== "" && !known.includes(name));
  return unknown.map((name) => {
    const meant = nearestName(name, absent);
    return `column "${name}" is not known; ${meant === undefined ? `known are ${known.join(", ")}` : `did you mean "${meant}"?`}`;
  });
}

interface Table {
  readonly source: string;
  readonly columns: readonly string[];
  readonly row: RecordIr;
  readonly node: Node;
  readonly placeProblem: SheetOptions["placeProblem"];
}

function readRows(body: readonly CsvRow[], table: Table): ReadSheet {
  const rows: SheetRow[] = [];
  const problems: string[] = [];
  for (const { number, cells } of body) {
    if (cells.length !== table.columns.length) {
      problems.push(
        `${table.source}, row ${number}: has ${cells.length} cells, the header has ${table.columns.length}`,
      );
      continue;
    }
    const issues: Issue[] = [];
    const row = table.node(recordOfCells(cells, table), issues) as SheetRow;
    rows.push(row);
    issues.push(...placeIssues(row, table));
    problems.push(...issues.map((issue) => cellProblem(`${table.source}, row ${number}`, issue)));
  }
  return { rows, problems };
}

/** The files and folders of a row that are not where it says. */
function placeIssues(row: SheetRow, { placeProblem }: Table): readonly Issue[] {
  if (placeProblem === undefined) return [];
  const issuesOf = (value: unknown, path: readonly (string | number)[]): readonly Issue[] => {
    if (typeof value !== "object" || value === null) return [];
    if (!isFile(value) && !isDir(value))
      return Object.entries(value).flatMap(([key, part]) =>
        issuesOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
      );
    const message = placeProblem(value);
    const expected = isFile(value) ? "file" : "folder";
    return message === undefined ? [] : [{ path, message, expected, found: value.name }];
  };
  return issuesOf(row, []);
}

/** An empty cell is an absent field; in a column that may be null, it is null. */
function recordOfCells(cells: readonly string[], { columns, row }: Table): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(row.fields)) {
    const nullWhenAbsent =
      field.type.kind === "nullable" && field.optional !== true && field.default === undefined;
    if (nullWhenAbsent) withField(record, name, null);
  }
  columns.forEach((name, index) => {
    const cell = cells[index];
    if (cell !== "" && cell !== undefined) withField(record, name, cell);
  });
  return record;
}

function cellProblem(where: string, issue: Issue): string {
  const [column, ...rest] = issue.path;
  if (column === undefined) return `${where}: ${issue.message}`;
  const inside = rest.length > 0 ? ` ${formatPath(rest)}` : "";
  const empty = issue.found === "nothing" && rest.length === 0;
  return `${where}, column "${column}"${inside}: ${empty ? `expected ${issue.expected}, found an empty cell` : issue.message}`;
}
