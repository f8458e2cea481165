import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, normalize, relative, sep } from "node:path";
import { LigaseError, type Dir, type File } from "@ligase/sdk";
import type { OutputConditions, StagedInput } from "@ligase/sdk/internal";
import { globFiles } from "../../files/glob.ts";
import { LOG_FOLDER } from "./work-folder.ts";

/** Text that an output may have as a value, and that a pattern may be looked for in. */
export const TEXT_LIMIT_BYTES = 16 * 2 ** 20;
const LISTED = 20;

/** A declared output by name, for errors. */
export interface OutputPlace {
  readonly task: string;
  /** Real path of the work folder. */
  readonly folder: string;
  /** Name of the output in quotes, or "of the script" when there is only one. */
  readonly output: string;
  /** What was staged: by path in the work folder, and by the real path it may be a link to. */
  readonly staged: StagedInputs;
}

export interface StagedInputs {
  readonly paths: ReadonlySet<string>;
  readonly byRealPath: ReadonlyMap<string, File | Dir>;
}

/** Looks up where staged inputs really are: a file store may place links. */
export async function stagedInputs(folder: string, inputs: readonly StagedInput[]): Promise<StagedInputs> {
  const byRealPath = new Map<string, File | Dir>();
  for (const { path, source } of inputs) {
    const real = await realPathOf(join(folder, path));
    // An input placed as a copy is a file of the work folder like any other.
    if (real !== null && !isInside(folder, real)) byRealPath.set(real, source);
  }
  return { paths: new Set(inputs.map(({ path }) => normalize(path))), byRealPath };
}

/** A file or folder that the script made. */
export interface Made {
  readonly kind: "file" | "dir";
  /** Real path: links are followed, and end inside the work folder. */
  readonly path: string;
  readonly name: string;
  /** The input that the script gave on by a link; it is in the store already. */
  readonly input: File | Dir | null;
}

/**
 * Finds a declared file or folder and checks its conditions; null when it is optional and missing. Throws
 * `output-missing`, `path-leaves-folder`, `output-wrong-kind`, `output-empty`, `output-checksum-wrong`,
 * `output-pattern-missing`, `output-too-large`.
 */
export async function findOutput(
  place: OutputPlace,
  declared: { readonly kind: "file" | "dir"; readonly path: string } & OutputConditions,
): Promise<Made | null> {
  const { kind, path } = declared;
  refuseOutside(place, path);
  const real = await realPathOf(join(place.folder, path));
  if (real === null) {
    if (declared.optional === true) return null;
    throw await missing(place, path);
  }
  const input = place.staged.byRealPath.get(real) ?? null;
  if (input === null && !isInside(place.folder, real)) throw leaves(place, path);
  const stats = await stat(real);
  const fits = kind === "file" ? stats.isFile() : stats.isDirectory();
  if (!fits) throw wrongKind(place, path, kind);
  await checkConditions({ place, declared, real, stats });
  return { kind, path: real, name: basename(normalize(path)), input };
}

/** Finds all files that match but staged inputs, sorted by path; none is an error unless they are optional. */
export async function findOutputs(
  place: OutputPlace,
  declared: { readonly glob: string } & OutputConditions,
): Promise<readonly Made[]> {
  refuseOutside(place, declared.glob);
  const { folder } = place;
  const paths = globFiles({ folder, pattern: declared.glob, exclude: [LOG_FOLDER] }).filter(
    (path) => !isStaged(place, path),
  );
  if (paths.length === 0 && declared.optional !== true) throw await missing(place, declared.glob);
  const { nonEmpty, sha256, matches } = declared;
  const conditions = {
    ...(nonEmpty === undefined ? {} : { nonEmpty }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(matches === undefined ? {} : { matches }),
  };
  const made: Made[] = [];
  for (const path of paths) {
    const file = await findOutput(place, { kind: "file", path, ...conditions });
    if (file !== null) made.push(file);
  }
  return made;
}

/** Text of a log or an output as a value. Throws `output-too-large`. */
export async function readOutputText(place: OutputPlace, path: string, shownAs: string): Promise<string> {
  const stats = await stat(path);
  // A pipe in its place would be waited for without end.
  if (!stats.isFile()) throw wrongKind(place, shownAs, "file");
  refuseLarge(place, shownAs, stats.size);
  return await readFile(path, "utf8");
}

function refuseOutside(place: OutputPlace, path: string): void {
  if (leavesFolder(path)) throw leaves(place, path);
}

/** Whether a declared path does not lie in the work folder, as far as its text tells. */
export function leavesFolder(path: string): boolean {
  const normal = normalize(path);
  const outside = isAbsolute(path) || normal === "." || normal === ".." || normal.startsWith(`..${sep}`);
  return outside || path === "" || isLogPath(normal);
}

const leaves = ({ folder }: OutputPlace, path: string): LigaseError =>
  new LigaseError("path-leaves-folder", { path, folder });

const isLogPath = (path: string): boolean => path === LOG_FOLDER || path.startsWith(LOG_FOLDER + sep);

/** Whether a path is a staged input, or in a staged folder. */
function isStaged({ staged }: OutputPlace, path: string): boolean {
  const parts = path.split(sep);
  return parts.some((_part, index) => staged.paths.has(parts.slice(0, index + 1).join(sep)));
}

function isInside(folder: string, real: string): boolean {
  const path = relative(folder, real);
  return (
    path !== "" && path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path) && !isLogPath(path)
  );
}

async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

const isAbsence = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? "");

async function missing(place: OutputPlace, path: string): Promise<LigaseError> {
  const names = await readdir(place.folder, { recursive: true });
  const present = names.filter((name) => !isLogPath(name)).toSorted(byCodeUnits);
  const shown = present.slice(0, LISTED).map((name) => JSON.stringify(name));
  const more = present.length > LISTED ? [`and ${present.length - LISTED} more`] : [];
  return new LigaseError("output-missing", { ...named(place), path, present: [...shown, ...more] });
}

async function checkConditions(found: {
  readonly place: OutputPlace;
  readonly declared: { readonly kind: "file" | "dir"; readonly path: string } & OutputConditions;
  readonly real: string;
  readonly stats: Stats;
}): Promise<void> {
  const { place, declared, real, stats } = found;
  const { path, kind } = declared;
  if (declared.nonEmpty === true && (await isEmpty(kind, real, stats))) {
    throw new LigaseError("output-empty", { ...named(place), path });
  }
  if (declared.sha256 === undefined && declared.matches === undefined) return;
  if (kind === "dir") throw wrongKind(place, path, "file");
  if (declared.sha256 !== undefined)
    await checkSha256(place, { path, real, expected: declared.sha256.toLowerCase() });
  if (declared.matches === undefined) return;
  const text = await readOutputText(place, real, path);
  if (new RegExp(declared.matches).test(text)) return;
  throw new LigaseError("output-pattern-missing", { ...named(place), path, pattern: declared.matches });
}

async function isEmpty(kind: "file" | "dir", real: string, stats: Stats): Promise<boolean> {
  return kind === "file" ? stats.size === 0 : (await readdir(real)).length === 0;
}

async function checkSha256(
  place: OutputPlace,
  { path, real, expected }: { readonly path: string; readonly real: string; readonly expected: string },
): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(real)) hash.update(chunk as Buffer);
  const found = hash.digest("hex");
  if (found !== expected)
    throw new LigaseError("output-checksum-wrong", { ...named(place), path, expected, found });
}

function refuseLarge(place: OutputPlace, path: string, bytes: number): void {
  if (bytes <= TEXT_LIMIT_BYTES) return;
  throw new LigaseError("output-too-large", { ...named(place), path, bytes, limit: TEXT_LIMIT_BYTES });
}

function wrongKind(place: OutputPlace, path: string, kind: "file" | "dir"): LigaseError {
  return new LigaseError("output-wrong-kind", {
    ...named(place),
    path,
    expected: kind === "file" ? "file" : "folder",
  });
}

const named = ({ task, output }: OutputPlace): { task: string; output: string } => ({ task, output });

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
