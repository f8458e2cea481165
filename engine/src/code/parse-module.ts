import { createRequire, stripTypeScriptTypes } from "node:module";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import type { parse, Program } from "acorn";
import { transformWithBundler } from "./bundler.ts";
import { hideExperimentalWarnings } from "./experimental-warnings.ts";
import { placesOf, type Place } from "./places.ts";

/** A module's code without types. Positions are those of the source, through `origin` where they had to move. */
export interface ParsedModule {
  readonly program: Program;
  /** The JavaScript that was parsed. */
  readonly text: string;
  /** Line and column (from 1) in the user's file of an offset in `text`. */
  origin(offset: number): Place;
}

const require = createRequire(import.meta.url);

/** Parses a user's module (C15). Throws `code-not-parsable` with the place, `bundler-missing`. */
export function parseModule(path: string, source: string): ParsedModule {
  const erased = eraseTypes(path, source);
  try {
    return { program: parseJavaScript(path, erased), ...erased };
  } catch (error) {
    if (!isDecorator(error, erased.text)) throw error;
    const transformed = transformWithBundler(path, source);
    return { program: parseJavaScript(path, transformed), ...transformed };
  }
}

/** Type stripping leaves decorators, which neither Node nor the parser knows. */
function isDecorator(error: unknown, text: string): boolean {
  return isLigaseError(error, "code-not-parsable") && text[positionOf(error.cause)] === "@";
}

interface Erased {
  readonly text: string;
  origin(offset: number): Place;
}

function eraseTypes(path: string, source: string): Erased {
  if (!/\.([cm]?ts|tsx|jsx)$/.test(path)) return { text: source, origin: placesOf(source) };
  if (path.endsWith("x")) return transformWithBundler(path, source);
  try {
    const text = hideExperimentalWarnings(() => stripTypeScriptTypes(source, { mode: "strip" }));
    return { text, origin: placesOf(source) };
  } catch (error) {
    if (errorCode(error) === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") return transformWithBundler(path, source);
    throw notParsable(path, error, placeInStack(error));
  }
}

function parseJavaScript(path: string, erased: Erased): Program {
  // Loaded on first use: a run whose hashes are all in the cache never needs the parser.
  const acorn = require("acorn") as { parse: typeof parse };
  const options = { ecmaVersion: "latest", allowHashBang: true } as const;
  try {
    return acorn.parse(erased.text, { ...options, sourceType: "module" });
  } catch (error) {
    if (/\.(c?js|cts)$/.test(path)) {
      try {
        return acorn.parse(erased.text, { ...options, sourceType: "commonjs" });
      } catch {
        // The module reading is the one to report: its message fits both.
      }
    }
    throw notParsable(path, error, erased.origin(positionOf(error)));
  }
}

const positionOf = (error: unknown): number =>
  error instanceof SyntaxError && "pos" in error && typeof error.pos === "number" ? error.pos : 0;

const errorCode = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

function notParsable(path: string, error: unknown, place: Place): LigaseError {
  const reason = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, "") : String(error);
  return new LigaseError("code-not-parsable", { file: path, ...place, reason }, { cause: error });
}

/** Node puts the place of a syntax error only into the head of its stack: `file:line`, some lines, a caret. */
export function placeInStack(error: unknown): Place {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const head = /^[^\n]*:(\d+)\n(?:[^\n]*\n)*?(\s*)\^+\n/.exec(stack);
  return { line: Number(head?.[1] ?? 1), column: (head?.[2]?.length ?? 0) + 1 };
}
