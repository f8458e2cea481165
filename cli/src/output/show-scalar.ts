import { formatDuration, formatSize, type TypeIr } from "@ligase/sdk/values";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Palette } from "./palette.ts";
import { isDirValue, isFileValue, type FileLike } from "./value-kinds.ts";
import { cutTo, printable, printableLine } from "./visible-text.ts";

export interface ScalarOptions {
  readonly palette: Palette;
  /** Characters for a text. */
  readonly width: number;
  /** Paths below this folder are shown from there. */
  readonly cwd: string;
}

/** Characters of a text that are looked at: more than a line of any terminal. */
const MAX_TEXT = 10_000;

/** A value that is shown in one line; its type tells durations and sizes from other numbers. */
export function showScalar(value: unknown, type: TypeIr | undefined, options: ScalarOptions): string {
  const { palette } = options;
  switch (typeof value) {
    case "string":
      return cutTo(printableLine(value.slice(0, MAX_TEXT)), Math.max(20, options.width)) || palette.dim('""');
    case "number":
      return numberText(value, type);
    case "bigint":
    case "boolean":
      return String(value);
    case "undefined":
      return palette.dim("nothing");
    case "function":
      return palette.dim(`task ${value.name}`);
    default:
      return value === null ? palette.dim("null") : objectText(value as object, options);
  }
}

function numberText(value: number, type: TypeIr | undefined): string {
  switch (type?.kind) {
    case "duration":
      return formatDuration(value);
    case "size":
      return formatSize(value);
    case "nullable":
    case "checked":
      return numberText(value, type.inner);
    default:
      return String(value);
  }
}

function objectText(value: object, options: ScalarOptions): string {
  const { palette } = options;
  if (isFileValue(value)) return fileText(value, options, "");
  if (isDirValue(value)) return fileText(value, options, "/");
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : value.toISOString();
  if (value instanceof Uint8Array) return palette.dim(`${formatSize(value.byteLength)} of bytes`);
  return palette.dim(`a ${value.constructor.name}`);
}

function fileText(file: FileLike, { palette, cwd }: ScalarOptions, ending: string): string {
  const parts = [printable(placeText(file.uri, cwd)) + ending, palette.dim(fileFacts(file))];
  return parts.filter((part) => part !== "").join("  ");
}

/** Size and the beginning of the digest, as far as they are known. */
export function fileFacts({ size, digest }: FileLike): string {
  return [size >= 0 ? formatSize(size) : "", shortDigest(digest)].filter((fact) => fact !== "").join("  ");
}

/** A local file by its path, from the current folder when it is below it; others by their URI. */
export function placeText(uri: string, cwd: string): string {
  if (!uri.startsWith("file:")) return uri;
  const path = fileURLToPath(uri);
  const near = relative(cwd, path);
  return near === "" || near.startsWith("..") || isAbsolute(near) ? path : near;
}

/** The first eight digits of a digest, as people compare them. */
const shortDigest = (digest: string | null): string => (digest ?? "").replace(/^sha256:/, "").slice(0, 8);
