import { readFileSync } from "node:fs";
import {
  compileParse,
  isDir,
  isFile,
  placeProblem,
  toJsonForm,
  type Issue,
  type ParseOptions,
} from "@ligase/sdk/internal";
import { Problem } from "../problem.ts";
import { isRecord } from "../output/value-kinds.ts";
import { flagOf } from "./input-path.ts";
import type { Launchable } from "./launchable.ts";
import { mergeInputs } from "./merge-inputs.ts";
import type { ReadFlags } from "./read-flags.ts";

/**
 * The arguments of a launch from flags and a document, as the engine takes them. Throws the problem `inputs-invalid` with
 * everything that is wrong, by flag: unknown and missing ones, values that do not fit, files that are not there.
 */
export function bindInputs(
  definition: Launchable,
  given: {
    readonly flags: ReadFlags;
    readonly document: Readonly<Record<string, unknown>>;
    readonly cwd: string;
    /** Files are read at a server, which says what is not there; sample sheets are read here all the same. */
    readonly isAtServer?: boolean;
  },
): unknown {
  const { flags, document, cwd, isAtServer = false } = given;
  const options: ParseOptions = {
    baseDir: cwd,
    readText: (file) => readFileSync(file.path, "utf8"),
    ...(isAtServer ? {} : { placeProblem }),
  };
  const merged = mergeInputs(document, flags.inputs, options);
  const parsed = compileParse(definition.input, options)(merged.value);
  const issues = [
    ...merged.issues,
    ...(isAtServer ? [] : missingFiles(parsed.ok ? parsed.value : merged.value, [])),
    ...(parsed.ok ? [] : notSaidBefore(merged.issues, parsed.issues)),
  ];
  const problems = [...flags.problems, ...issues.map((issue) => problemLine(issue, definition))];
  if (problems.length > 0 || !parsed.ok)
    throw new Problem("inputs-invalid", { name: definition.name, problems });
  return toJsonForm(definition.input, parsed.value);
}

/** What the check of the whole says of places of which, and inside which, no flag's own reader said anything. */
function notSaidBefore(said: readonly Issue[], issues: readonly Issue[]): readonly Issue[] {
  const isInside = (inner: Issue["path"], outer: Issue["path"]): boolean =>
    outer.length > 0 && outer.every((key, index) => inner[index] === key);
  return issues.filter(({ path }) => !said.some((issue) => isInside(issue.path, path)));
}

function problemLine({ path, message, found, expected }: Issue, { input }: Launchable): string {
  if (path.length === 0) return message;
  const [name, ...inside] = path;
  const about =
    inside.length === 0 && typeof name === "string" ? input.fields[name]?.type.about?.description : undefined;
  if (found !== "nothing") return `${flagOf(path)}: ${message}`;
  return `${flagOf(path)}: it is missing (${expected}${about === undefined ? "" : `; ${about}`})`;
}

/** Local files and folders that the inputs name and that are not there. */
function missingFiles(value: unknown, path: readonly (string | number)[]): readonly Issue[] {
  if (isFile(value) || isDir(value)) {
    const wanted = isFile(value) ? "file" : "folder";
    const problem = placeProblem(value);
    return problem === undefined ? [] : [{ path, message: problem, expected: wanted, found: value.path }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => missingFiles(item, [...path, index]));
  if (value instanceof Map)
    return [...value].flatMap(([key, item]) => missingFiles(item, [...path, String(key)]));
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, item]) => missingFiles(item, [...path, key]));
  return [];
}
