import { LigaseError } from "../errors/ligase-error.ts";
import { isDir, isFile, type Dir, type File } from "../values/file.ts";
import { show } from "../graph/primitives.ts";
import type { StagedInput } from "./rendered-script.ts";

/** A piece of a command: literal text, or an interpolated value by its index. */
export type CommandPart =
  | string
  | { readonly value: number }
  /** A file staged under a chosen name, with others beside it. */
  | { readonly stage: number; readonly name?: number; readonly beside: readonly number[] }
  /** Parts that stand only when the value is true. */
  | { readonly when: number; readonly parts: readonly CommandPart[] };

/** How a file is staged: its name in the work folder, and companions in the same folder under their own names. */
export interface StageOptions {
  readonly name?: string;
  readonly beside?: readonly (File | Dir)[];
}

/** Gives the path that stands for a file or folder in the command. */
export type Place = (source: File | Dir, options: StageOptions) => string;

/** Renders a command: every value is quoted, files stand as the path that `place` gives. */
export function renderParts(parts: readonly CommandPart[], values: readonly unknown[], place: Place): string {
  return parts.map((part) => renderPart(part, values, place)).join("");
}

function renderPart(part: CommandPart, values: readonly unknown[], place: Place): string {
  if (typeof part === "string") return part;
  if ("value" in part) return words(values[part.value], place).join(" ");
  if ("when" in part) return isSet(values[part.when]) ? renderParts(part.parts, values, place) : "";
  const source = values[part.stage];
  if (source === null || source === undefined) return "";
  const name = part.name === undefined ? {} : { name: show(values[part.name]) };
  const beside = part.beside.flatMap((index) => filesOf(values[index]));
  return words(source, (item, options) => place(item, { ...options, ...name, beside })).join(" ");
}

const isSet = (value: unknown): boolean => value !== false && value !== null && value !== undefined;

/** The words of a value, quoted: none for null, one for a scalar or file, those of all items for a list. */
function words(value: unknown, place: Place): readonly string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => words(item, place));
  if (isFile(value) || isDir(value)) return [quote(place(value, {}))];
  return [quote(show(value))];
}

function filesOf(value: unknown): readonly (File | Dir)[] {
  if (isFile(value) || isDir(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(filesOf);
}

/** Quotes one word for a POSIX shell; a word that begins with a dash stays one, after `--` it is the tool's matter. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Gives staged files their places: `inputs/1/name`, numbered so that equal base names never collide; companions lie in
 * the folder of their file. The same file asked for twice under one name is staged once.
 */
export class Staging {
  readonly inputs: StagedInput[] = [];
  readonly #places = new Map<string, string>();
  #folders = 0;

  place(source: File | Dir, options: StageOptions): string {
    const name = options.name ?? source.name;
    const beside = options.beside ?? [];
    const key = JSON.stringify([source.digest, name, beside.map((item) => [item.digest, item.name])]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const folder = `inputs/${++this.#folders}`;
    const path = this.#stage(folder, name, source);
    for (const item of beside) this.#stage(folder, item.name, item);
    this.#places.set(key, path);
    return path;
  }

  #stage(folder: string, name: string, source: File | Dir): string {
    if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
      throw new LigaseError("staged-name-not-valid", { name });
    }
    const path = `${folder}/${name}`;
    if (this.inputs.some((input) => input.path === path))
      throw new LigaseError("staged-name-twice", { name });
    this.inputs.push({ path, source });
    return path;
  }
}
