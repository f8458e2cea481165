import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import { firstUnparsable } from "./first-unparsable.ts";
import { nearNames } from "./near-names.ts";
import { placeInStack } from "./parse-module.ts";
import { aliasedFiles } from "./path-aliases.ts";
import { Sources } from "./sources.ts";

/** The error for a workflow file that is not there. */
export function fileNotFound(file: string): LigaseError {
  return new LigaseError("workflow-file-not-found", { file, near: nearFiles(file) });
}

/** Why the import of a user's file failed. */
export type LoadFailure =
  | { readonly kind: "failed"; readonly error: unknown }
  /** Nothing of the file has run; the bundler may load it. */
  | { readonly kind: "beyond-stripping"; readonly reason: string };

const beyondStripping = (reason: string): LoadFailure => ({ kind: "beyond-stripping", reason });
const failed = (error: unknown): LoadFailure => ({ kind: "failed", error });

/** Tells from the error of an import what to do or to say. */
export function explainFailure(error: unknown, file: string): LoadFailure {
  if (isLigaseError(error)) return failed(error);
  switch (codeOf(error)) {
    case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
      return beyondStripping(lowerFirst(messageOf(error)));
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return /\.[jt]sx/.test(messageOf(error)) ? beyondStripping("JSX") : failed(thrown(error, file));
    case "ERR_UNSUPPORTED_DIR_IMPORT":
    case "ERR_PACKAGE_IMPORT_NOT_DEFINED":
    case "ERR_MODULE_NOT_FOUND":
      return explainMissing(error, file);
    default:
      return error instanceof SyntaxError ? explainSyntax(error, file) : failed(thrown(error, file));
  }
}

function explainMissing(error: unknown, file: string): LoadFailure {
  const message = messageOf(error);
  const [, what = "", specifier = "", from = file] =
    /(module|package|import specifier|import) ['"]([^'"]+)['"].* imported from (\S.*)$/m.exec(message) ?? [];
  const importer = from.startsWith("file:") ? fileURLToPath(from) : from;
  const cause = { cause: error };
  if (what.endsWith("specifier") || what === "package") {
    if (isAliased(specifier, importer)) return beyondStripping("path aliases of its tsconfig.json");
    if (what === "package")
      return failed(new LigaseError("package-not-found", { name: specifier, from: importer }, cause));
  }
  const near = what === "module" || what === "import" ? nearFiles(specifier) : [];
  return failed(new LigaseError("module-not-found", { specifier, from: importer, near }, cause));
}

function isAliased(specifier: string, importer: string): boolean {
  const sources = new Sources();
  return aliasedFiles(specifier, importer, sources).some(
    (path) => existsSync(path) || nearFiles(path).length > 0,
  );
}

/** Some syntax errors carry their place; those of V8's compiler do not, so the files are parsed to find it. */
function explainSyntax(error: SyntaxError, file: string): LoadFailure {
  const place = /^(file:\S+|\/\S+):\d+\n/.exec(error.stack ?? "");
  if (place?.[1] !== undefined) {
    const at = place[1].startsWith("file:") ? fileURLToPath(place[1]) : place[1];
    const params = { file: at, ...placeInStack(error), reason: error.message };
    return failed(new LigaseError("code-not-parsable", params, { cause: error }));
  }
  const compiles = !/^[^\n]*\n\s+at [^\n]*node:internal\/modules\//.test(error.stack ?? "");
  if (compiles) return failed(thrown(error, file));
  const unparsable = firstUnparsable(file);
  return unparsable === null ? beyondStripping("decorators") : failed(unparsable);
}

function thrown(error: unknown, file: string): LigaseError {
  return new LigaseError("workflow-file-not-loaded", { file, reason: messageOf(error) }, { cause: error });
}

/** Existing paths whose names are like that of a path that does not exist. */
function nearFiles(path: string): readonly string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  if (existsSync(path))
    return readdirSync(path)
      .filter((name) => name.startsWith("index."))
      .map((name) => join(path, name));
  return nearNames(basename(path), readdirSync(folder)).map((name) => join(folder, name));
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const lowerFirst = (text: string): string =>
  text.replace(/^TypeScript (.*) is not supported.*$/s, "TypeScript's $1");
