import { LigaseError } from "../errors/ligase-error.ts";
import type { Arg, LazyValue } from "../graph/lazy.ts";
import { callSite } from "../graph/node.ts";
import { isDir, isFile, type Dir, type File } from "../values/file.ts";
import { renderParts, type CommandPart, type Place } from "./command.ts";

const PIECE = Symbol.for("ligase.shell");

type Piece =
  | string
  | { readonly kind: "value"; readonly value: unknown }
  | {
      readonly kind: "stage";
      readonly source: unknown;
      readonly name: unknown;
      readonly beside: readonly unknown[];
    }
  | { readonly kind: "when"; readonly test: unknown; readonly then: Shell };

/** A shell command being built: literal text and interpolations that will be quoted. Made by `sh`, `stage`, `when`. */
export interface Shell {
  readonly [PIECE]: readonly Piece[];
}

const isShell = (value: unknown): value is Shell =>
  typeof value === "object" && value !== null && PIECE in value;

/**
 * A shell command. Every interpolation is quoted: text and numbers as one word, a list as one word each, null as none;
 * a file or folder is staged in and stands as its local path; a declared output stands as the path to write; another
 * `sh` stands as it is. Backslashes are the shell's own.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly unknown[]): Shell {
  const pieces: Piece[] = [];
  strings.raw.forEach((text, index) => {
    if (text !== "") pieces.push(text.replaceAll("\\`", "`").replaceAll("\\${", "${"));
    if (index < values.length) pieces.push(...piecesOf(values[index]));
  });
  return { [PIECE]: pieces };
}

/** Stages a file under a chosen name, with companions (index files) in the same folder under their own names. */
export function stage(
  source: Arg<File> | Arg<Dir>,
  options: { readonly name?: Arg<string>; readonly beside?: readonly unknown[] } = {},
): Shell {
  return { [PIECE]: [{ kind: "stage", source, name: options.name, beside: options.beside ?? [] }] };
}

/** A part of a command that stands only when `test` is true (or, for other values, not null). */
export function when(test: LazyValue<unknown> | boolean | null | undefined, then: Shell): Shell {
  return { [PIECE]: [{ kind: "when", test, then }] };
}

function piecesOf(value: unknown): readonly Piece[] {
  if (isShell(value)) return value[PIECE];
  if (Array.isArray(value) && value.some(isShell)) {
    return value.flatMap((item, index) => (index === 0 ? piecesOf(item) : [" ", ...piecesOf(item)]));
  }
  return [{ kind: "value", value }];
}

/** Collects interpolated values, lazy or known, each under an index. */
export class ValueList {
  readonly items: unknown[] = [];

  add(value: unknown): number {
    return this.items.push(value) - 1;
  }
}

/** Splits a command into parts and adds its interpolated values to the list. Throws `command-not-traceable`. */
export function traceParts(command: unknown, values: ValueList, task: string): readonly CommandPart[] {
  if (!isShell(command)) {
    throw new LigaseError("command-not-traceable", {
      task,
      reason: `it is ${typeof command}, not sh\`…\``,
      at: callSite() ?? null,
    });
  }
  return command[PIECE].map((piece): CommandPart => {
    if (typeof piece === "string") return piece;
    if (piece.kind === "value") return { value: values.add(piece.value) };
    if (piece.kind === "when")
      return { when: values.add(piece.test), parts: traceParts(piece.then, values, task) };
    return {
      stage: values.add(piece.source),
      ...(piece.name === undefined ? {} : { name: values.add(piece.name) }),
      beside: piece.beside.map((item) => values.add(item)),
    };
  });
}

/** Renders a command whose interpolations are all known: what `ctx.run` runs. */
export function renderCommand(command: Shell, place: Place = localPath): string {
  const values: unknown[] = [];
  return renderParts(indexed(command, values), values, place);
}

function indexed(command: Shell, values: unknown[]): readonly CommandPart[] {
  const add = (value: unknown): number => values.push(value) - 1;
  return command[PIECE].map((piece): CommandPart => {
    if (typeof piece === "string") return piece;
    if (piece.kind === "value") return { value: add(piece.value) };
    if (piece.kind === "when") return { when: add(piece.test), parts: indexed(piece.then, values) };
    const name = piece.name === undefined ? {} : { name: add(piece.name) };
    return { stage: add(piece.source), ...name, beside: piece.beside.map(add) };
  });
}

function localPath(source: File | Dir): string {
  if (isFile(source) || isDir(source)) return source.path;
  throw new LigaseError("operator-not-applicable", {
    operator: "sh",
    expected: "a file",
    found: typeof source,
  });
}
