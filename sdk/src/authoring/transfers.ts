import { isAbsolute, join } from "node:path";
import { isLazy, lazy, nodeOf, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode } from "../graph/node.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import { isDir, type Dir, type File } from "../values/file.ts";
import { builtInBase } from "./built-in.ts";
import { checkArguments } from "./check-arguments.ts";
import { checkPlacement } from "./check-options.ts";
import type { PlacementOptions } from "./options.ts";
import { registerTask } from "./registry.ts";

/* Files brought to a place and from a place. The engine runs these tasks itself (`engine/src/builtin`). */

/**
 * Copies or links a file or folder to where it is wanted, and gives it at its new place: a cached task, done again when
 * what it made was deleted or changed. A destination that ends with `/` is a folder to copy into; a relative one starts
 * at the folder that the run was launched from. What the cache answers as a whole leaves its copies where they are.
 * Throws `option-not-valid`, `wrong-argument`.
 */
export function copyFile<T extends File | Dir>(
  source: Arg<T>,
  destination: Arg<string>,
  placement: PlacementOptions = {},
): Lazy<T> {
  const isFolder = isLazy(source) ? nodeOf(source).type?.kind === "dir" : isDir(source);
  return transfer(COPY, { source, destination }, { placement, type: { kind: isFolder ? "dir" : "file" } });
}

export interface DownloadOptions extends PlacementOptions {
  /** Hexadecimal SHA-256 that the content must have; with it a changed file at the address is noticed. */
  readonly sha256?: Arg<string>;
  /** Name of the file; default the last part of the address. */
  readonly name?: Arg<string>;
}

/**
 * Brings the content of an address (`https:`, `http:`, `file:`) as a file: a cached task. A connection that was cut is
 * taken up where it was, also by a retry or when the run is resumed. Throws `option-not-valid`, `wrong-argument`.
 */
export function download(url: Arg<string>, options: DownloadOptions = {}): Lazy<File> {
  const { sha256, name, ...placement } = options;
  const args = { url, ...(sha256 === undefined ? {} : { sha256 }), ...(name === undefined ? {} : { name }) };
  return transfer(DOWNLOAD, args, { placement, type: { kind: "file" } });
}

export const COPY = "ligase.copy-file";
export const DOWNLOAD = "ligase.download";

const FILE_OR_DIR: TypeIr = { kind: "union", options: [{ kind: "file" }, { kind: "dir" }] };
const TEXT: TypeIr = { kind: "text" };

const inputs: Readonly<Record<typeof COPY | typeof DOWNLOAD, RecordIr>> = {
  [COPY]: {
    kind: "record",
    fields: { source: { type: FILE_OR_DIR }, destination: { type: { kind: "text", minLength: 1 } } },
  },
  [DOWNLOAD]: {
    kind: "record",
    fields: {
      url: { type: { kind: "text", minLength: 1 } },
      sha256: { type: { kind: "text", pattern: "^[0-9a-fA-F]{64}$" }, optional: true },
      name: { type: TEXT, optional: true },
    },
  },
};

function transfer<T>(
  name: typeof COPY | typeof DOWNLOAD,
  args: unknown,
  call: { placement: PlacementOptions; type: TypeIr },
): Lazy<T> {
  const { placement, type } = call;
  checkPlacement(name, { ...placement });
  checkArguments(name, inputs[name], args);
  const placed = Object.keys(placement).length === 0 ? {} : { placement: { ...placement } };
  return lazy(
    makeNode({
      refs: [lift(args)],
      make: ([record]) => ({ op: "call", target: "task", name, args: record as number, ...placed }),
      label: name === COPY ? "copyFile" : "download",
      type,
      locate: true,
    }),
  );
}

/** The key of a copy has the whole path: a copy made elsewhere is another one. */
function atFolder(args: unknown, cwd: string): unknown {
  const { destination } = args as { readonly destination: string };
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(destination);
  // `join` keeps the slash at the end, which `resolve` would take away.
  return isAbsolute(destination) || isAddress
    ? args
    : { ...(args as object), destination: join(cwd, destination) };
}

for (const [name, input] of Object.entries(inputs) as [typeof COPY | typeof DOWNLOAD, RecordIr][]) {
  const output = name === COPY ? FILE_OR_DIR : ({ kind: "file" } as const);
  const run = (): never => {
    throw new Error(`${name} is run by the engine.`);
  };
  registerTask({
    ...builtInBase({ name, input, output, options: { version: "1", light: true } }),
    ...(name === COPY ? { atFolder } : {}),
    kind: "task",
    run,
  });
}
