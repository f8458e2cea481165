import { constants, readFileSync, statSync } from "node:fs";
import { copyFile, cp, mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { Dir, File, LigaseError } from "@ligase/sdk";
import {
  compileParse,
  formatIssues,
  type Deck,
  type OutputSpec,
  type StagedInput,
} from "@ligase/sdk/internal";
import type { FileStore } from "../../ports/file-store.ts";
import { maskFile, type Masker } from "./mask.ts";
import {
  findOutput,
  findOutputs,
  readOutputText,
  stagedInputs,
  type Made,
  leavesFolder,
  type OutputPlace,
  type StagedInputs,
} from "./output-paths.ts";
import { LOG_FOLDER } from "./work-folder.ts";

export interface OutputsOptions {
  readonly outputs: OutputSpec;
  readonly inputs: readonly StagedInput[];
  readonly folder: string;
  readonly task: string;
  readonly files: FileStore;
  readonly masker: Masker;
}

export interface Collected {
  readonly value: unknown;
  readonly decks: readonly Deck[];
}

/** The first declared path that leaves the work folder, or null: known before the script could write there. */
export function pathOutside(outputs: OutputSpec): string | null {
  switch (outputs.kind) {
    case "record":
      return firstOutside(Object.values(outputs.fields));
    case "list":
      return firstOutside(outputs.items);
    case "file":
    case "dir":
      return leavesFolder(outputs.path) ? outputs.path : null;
    case "json":
      return outputs.path !== undefined && leavesFolder(outputs.path) ? outputs.path : null;
    default:
      return null;
  }
}

function firstOutside(outputs: readonly OutputSpec[]): string | null {
  for (const output of outputs) {
    const path = pathOutside(output);
    if (path !== null) return path;
  }
  return null;
}

/** Whether outputs are files of the work folder, which is then needed after the script's end. */
export function needsWorkFiles(outputs: OutputSpec): boolean {
  switch (outputs.kind) {
    case "record":
      return Object.values(outputs.fields).some(needsWorkFiles);
    case "list":
      return outputs.items.some(needsWorkFiles);
    case "json":
      return outputs.path !== undefined;
    default:
      return outputs.kind === "file" || outputs.kind === "files" || outputs.kind === "dir";
  }
}

/**
 * The value that a script gave, in the shape of its outputs. All are found and checked first, and only then moved into
 * the file store: a script that fails here keeps its folder whole. Throws the `output-…` errors and those of the store.
 */
export async function collectOutputs(options: OutputsOptions): Promise<Collected> {
  const folder = await realpath(options.folder);
  const staged = await stagedInputs(folder, options.inputs);
  const found = await find(options.outputs, { ...options, folder, staged, at: "" });
  const decks = await copyDecks(found, { ...options, folder });
  const adopted = await adoptAll(madeIn(found), { ...options, folder });
  return { value: valueOf(found, adopted), decks };
}

/** Longest log that is read at once, without giving way to other work. */
const SMALL_LOG_BYTES = 65_536;

/** The value where it needs no file and no waiting: constants and short logs, and what is made of them. Null otherwise. */
export function collectAtOnce(options: OutputsOptions): { readonly value: unknown } | null {
  const { outputs } = options;
  switch (outputs.kind) {
    case "value":
      return { value: outputs.value };
    case "stdout":
    case "stderr":
      return shortLog(options, outputs.kind);
    case "list": {
      const items = outputs.items.map((part) => collectAtOnce({ ...options, outputs: part }));
      return items.includes(null) ? null : { value: items.map((item) => item?.value) };
    }
    case "record": {
      const fields = Object.entries(outputs.fields).map(
        ([name, part]) => [name, collectAtOnce({ ...options, outputs: part })] as const,
      );
      if (fields.some(([, found]) => found === null)) return null;
      return { value: Object.fromEntries(fields.map(([name, found]) => [name, found?.value])) };
    }
    default:
      return null;
  }
}

function shortLog(
  { folder, masker }: OutputsOptions,
  log: "stdout" | "stderr",
): { readonly value: string } | null {
  const path = join(folder, LOG_FOLDER, log);
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > SMALL_LOG_BYTES) return null;
  return { value: withoutLastBreak(masker.mask(readFileSync(path, "utf8"))) };
}

const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, "");

/** An output as it was found: the shape of the specification, with files in place of paths. */
type Found =
  | { readonly kind: "made"; readonly made: Made; readonly deck: string | null }
  | { readonly kind: "plain"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Found[] }
  | { readonly kind: "record"; readonly fields: readonly (readonly [string, Found])[] };

interface Finding extends OutputsOptions {
  /** Path of the output in the result, empty at the top. */
  readonly at: string;
  readonly staged: StagedInputs;
}

async function find(spec: OutputSpec, finding: Finding): Promise<Found> {
  const place: OutputPlace = {
    task: finding.task,
    folder: finding.folder,
    staged: finding.staged,
    output: finding.at === "" ? "(the only one)" : `"${finding.at}"`,
  };
  switch (spec.kind) {
    case "record":
      return {
        kind: "record",
        fields: await inTurn(
          Object.entries(spec.fields),
          async ([name, part]) => [name, await find(part, below(finding, name))] as const,
        ),
      };
    case "list":
      return {
        kind: "list",
        items: await inTurn([...spec.items.entries()], ([index, part]) =>
          find(part, below(finding, String(index))),
        ),
      };
    case "files":
      return {
        kind: "list",
        items: (await findOutputs(place, spec)).map((made) => ({ kind: "made", made, deck: null })),
      };
    case "file":
    case "dir": {
      const made = await findOutput(place, spec);
      const deck = spec.kind === "file" ? (spec.deck ?? null) : null;
      return made === null ? { kind: "plain", value: null } : { kind: "made", made, deck };
    }
    case "value":
      return { kind: "plain", value: spec.value };
    default:
      return { kind: "plain", value: await findText(spec, place, finding.masker) };
  }
}

const below = (finding: Finding, key: string): Finding => ({
  ...finding,
  at: finding.at === "" ? key : `${finding.at}.${key}`,
});

async function findText(
  spec: Extract<OutputSpec, { kind: "stdout" | "stderr" | "json" }>,
  place: OutputPlace,
  masker: Masker,
): Promise<unknown> {
  const path = spec.kind === "json" ? spec.path : undefined;
  const log = spec.kind === "stderr" ? "stderr" : "stdout";
  const file =
    path === undefined
      ? join(place.folder, LOG_FOLDER, log)
      : (await findOutput(place, { kind: "file", path }))?.path;
  const text = file === undefined ? "" : masker.mask(await readOutputText(place, file, path ?? log));
  if (spec.kind !== "json") return withoutLastBreak(text);
  return typed(parseJson(text, place, path ?? log), spec, place);
}

function parseJson(text: string, { task, output }: OutputPlace, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new LigaseError("output-not-json", { task, output, path, reason }, { cause });
  }
}

/** The value as the declared type reads it: defaults filled in, instants and files in place of their text. */
function typed(value: unknown, { type }: Extract<OutputSpec, { kind: "json" }>, place: OutputPlace): unknown {
  if (type === undefined) return value;
  const result = compileParse(type, { form: "json", baseDir: place.folder })(value);
  if (result.ok) return result.value;
  const { task, output } = place;
  throw new LigaseError("output-type-wrong", { task, output, issues: formatIssues(result.issues) });
}

/** Decks are copied, for the file itself moves into the store. */
async function copyDecks(found: Found, { folder, masker }: OutputsOptions): Promise<readonly Deck[]> {
  const decks = leaves(found).flatMap((leaf) =>
    leaf.deck === null ? [] : [{ name: leaf.deck, source: leaf.made.path }],
  );
  if (decks.length > 0) await mkdir(join(folder, LOG_FOLDER, "decks"), { recursive: true });
  return await inTurn([...decks.entries()], async ([index, { name, source }]) => {
    const path = join(folder, LOG_FOLDER, "decks", `${index}.html`);
    await copyFile(source, path, constants.COPYFILE_FICLONE);
    await maskFile(path, masker);
    return { name: name === "" ? basename(source) : name, mediaType: "text/html" as const, path };
  });
}

type Adopted = ReadonlyMap<string, File | Dir>;

/** Moves each path into the store once. What lies in a folder that is an output itself is copied out of it before. */
async function adoptAll(made: readonly Made[], options: OutputsOptions): Promise<Adopted> {
  const given = made.flatMap(({ path, input }) => (input === null ? [] : [[path, input] as const]));
  const distinct = [
    ...new Map(made.filter(({ input }) => input === null).map((one) => [one.path, one])).values(),
  ];
  const folders = distinct.filter(({ kind }) => kind === "dir").map(({ path }) => path + sep);
  const sources = await inTurn([...distinct.entries()], async ([index, one]) => {
    const isInner = folders.some((folder) => one.path.startsWith(folder));
    return {
      one,
      source: isInner
        ? await copyOut(one, join(options.folder, LOG_FOLDER, `output-${index}`, one.name))
        : one.path,
    };
  });
  const adopted = await inTurn(
    sources,
    async ({ one, source }) => [one.path, await options.files.adopt(source, one.kind, one.name)] as const,
  );
  return new Map([...given, ...adopted]);
}

async function copyOut(made: Made, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await cp(made.path, path, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  return path;
}

function madeIn(found: Found): readonly Made[] {
  return leaves(found).map(({ made }) => made);
}

function leaves(found: Found): readonly Extract<Found, { kind: "made" }>[] {
  switch (found.kind) {
    case "made":
      return [found];
    case "plain":
      return [];
    case "list":
      return found.items.flatMap(leaves);
    case "record":
      return found.fields.flatMap(([, part]) => leaves(part));
  }
}

function valueOf(found: Found, adopted: Adopted): unknown {
  switch (found.kind) {
    case "made":
      return underName(adopted.get(found.made.path), found.made);
    case "plain":
      return found.value;
    case "list":
      return found.items.map((item) => valueOf(item, adopted));
    case "record":
      return Object.fromEntries(found.fields.map(([name, part]) => [name, valueOf(part, adopted)]));
  }
}

/** One path can be several outputs, by links of other names. */
function underName(value: File | Dir | undefined, { kind, name }: Made): File | Dir | null {
  if (value === undefined || value.name === name) return value ?? null;
  const { digest, size, uri } = value;
  return kind === "file" ? new File({ digest, size, uri, name }) : new Dir({ digest, size, uri, name });
}

async function inTurn<T, R>(items: readonly T[], step: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await step(item));
  return results;
}
