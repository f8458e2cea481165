import { dirname } from "node:path";
import { isFile, type Dir, type File } from "../values/file.ts";
import { compileNode, resultOf, type Reader, type ReaderOf } from "./compile-node.ts";
import type { Check, Issue } from "./issue.ts";
import { jsonReaders, textReaders } from "./readers.ts";
import { readSheet } from "./sample-sheet.ts";
import type { IrOf, TypeIr } from "./type-ir.ts";

export interface ParseOptions {
  /** `json` (default): a parsed JSON document. `text`: command-line flags and cells, where `30` is text at first. */
  readonly form?: "json" | "text";
  /** Folder that relative paths start from. Default: the working folder. */
  readonly baseDir?: string;
  /** Reads a sample sheet that is given as a file. Absent: rows must be given, as for requests over the network. */
  readonly readText?: (file: File) => string;
  /** Says what is wrong with the place of a sheet, or of a file or folder that it names. Absent: they are not looked at. */
  readonly placeProblem?: (value: File | Dir) => string | undefined;
}

/**
 * Compiles a type into a reader of values from outside: text for instants, durations, sizes, bytes (base64), files
 * (path or URI), secrets and tasks (by name); lists for sets; lists of pairs or records for maps; then the check.
 */
export function compileParse(ir: TypeIr, options: ParseOptions = {}): Check {
  const baseDir = options.baseDir ?? process.cwd();
  const readers = options.form === "text" ? textReaders(baseDir) : jsonReaders(baseDir);
  const readerOf: ReaderOf = (part) =>
    part.kind === "sheet" ? sheetReader(part, baseDir, options) : readers(part);
  return resultOf(compileNode(ir, readerOf));
}

function sheetReader(
  ir: IrOf<"sheet">,
  baseDir: string,
  { readText, placeProblem }: Pick<ParseOptions, "readText" | "placeProblem">,
): Reader {
  const asFile = jsonReaders(baseDir)({ kind: "file" });
  return (value, issues) => {
    if (Array.isArray(value) || asFile === undefined) return value;
    const file = asFile(value, issues);
    if (!isFile(file)) return value;
    if (readText === undefined) {
      issues.push(
        sheetIssue("a list of rows", file.name, "expected a list of rows; a sheet cannot be read here"),
      );
      return value;
    }
    const missing = placeProblem?.(file);
    if (missing !== undefined) {
      issues.push(sheetIssue("a sheet", file.name, missing));
      return value;
    }
    const { rows, problems } = readSheet(readText(file), {
      row: ir.row,
      source: file.name,
      baseDir: folderOf(file, baseDir),
      ...(placeProblem === undefined ? {} : { placeProblem }),
    });
    issues.push(...problems.map((problem) => sheetIssue("a valid sheet", file.name, problem)));
    return rows;
  };
}

/** Paths in a sheet start from its own folder; one that is not on this machine has none. */
const folderOf = (file: File, otherwise: string): string =>
  file.uri.startsWith("file:") ? dirname(file.path) : otherwise;

const sheetIssue = (expected: string, found: string, message: string): Issue => ({
  path: [],
  message,
  expected,
  found,
});
