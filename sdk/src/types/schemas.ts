import { z } from "zod";
import { LigaseError } from "../errors/ligase-error.ts";
import { isCallable, type Callable } from "../values/callable.ts";
import { Secret } from "../values/codec.ts";
import { isDir, isFile, type Dir, type File } from "../values/file.ts";
import { parseSize, readSize, type Size } from "./byte-size.ts";
import { parseDuration, readDuration, type Duration } from "./duration.ts";
import { hasExtension } from "./file-extension.ts";
import { quantity, type Quantity } from "./quantity.ts";
import { branded, type BrandedType } from "./schema-brand.ts";
import type { TypeIr } from "./type-ir.ts";

/** A file extension with its dot: `.bam`, `.fastq.gz`. */
export type Extension = `.${string}`;

export interface FileOptions {
  /** Accepted ends of the name, compared without regard to case. Default: any name. */
  readonly extensions?: readonly Extension[];
  /** Media type shown to viewers and forms, such as `text/csv`. Not checked. */
  readonly mediaType?: string;
}

/**
 * A file: `file()`, `file(".fastq.gz")`, `file(".bam", ".cram")` or `file({ extensions, mediaType })`.
 * Throws `extension-invalid` where an extension lacks its dot.
 */
export function file(options?: FileOptions): z.ZodCustom<File, File>;
export function file(...extensions: Extension[]): z.ZodCustom<File, File>;
export function file(first?: FileOptions | Extension, ...rest: Extension[]): z.ZodCustom<File, File> {
  const options: FileOptions =
    typeof first === "object" ? first : { extensions: first === undefined ? [] : [first, ...rest] };
  const extensions = options.extensions ?? [];
  const wrong = extensions.find((extension) => !/^\.[^/\\]+$/.test(extension));
  if (wrong !== undefined) throw new LigaseError("extension-invalid", { found: wrong });
  const type: TypeIr = {
    kind: "file",
    ...(extensions.length > 0 && { extensions }),
    ...(options.mediaType !== undefined && { mediaType: options.mediaType }),
  };
  return custom<File>(
    (value) => isFile(value) && hasExtension(value.name, extensions),
    () => type,
  );
}

/** A folder. */
export function dir(): z.ZodCustom<Dir, Dir> {
  return custom<Dir>(isDir, () => ({ kind: "dir" }));
}

/** Bytes held in memory; small ones, larger go into a file. */
export function bytes(): z.ZodCustom<Uint8Array, Uint8Array> {
  return custom<Uint8Array>(
    (value) => value instanceof Uint8Array,
    () => ({ kind: "bytes" }),
  );
}

/** A span of time: given as `"2h"`, `"1h 30m"` or milliseconds, seen in a task as a number of milliseconds. */
export function duration(
  limits: { readonly min?: Duration; readonly max?: Duration } = {},
): Quantity<Duration> {
  const minMs = limits.min === undefined ? undefined : parseDuration(limits.min);
  const maxMs = limits.max === undefined ? undefined : parseDuration(limits.max);
  const type: TypeIr = {
    kind: "duration",
    ...(minMs !== undefined && { minMs }),
    ...(maxMs !== undefined && { maxMs }),
  };
  return quantity<Duration>({ read: readDuration, parse: parseDuration, min: minMs, max: maxMs, type });
}

/** An amount of bytes: given as `"2 GiB"` or a number, seen in a task as a number of bytes. */
export function size(limits: { readonly min?: Size; readonly max?: Size } = {}): Quantity<Size> {
  const minBytes = limits.min === undefined ? undefined : parseSize(limits.min);
  const maxBytes = limits.max === undefined ? undefined : parseSize(limits.max);
  const type: TypeIr = {
    kind: "size",
    ...(minBytes !== undefined && { minBytes }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
  return quantity<Size>({ read: readSize, parse: parseSize, min: minBytes, max: maxBytes, type });
}

/** A calendar date as text, `YYYY-MM-DD`. */
export const date = (): z.ZodISODate => z.iso.date();

/** A moment in time as a `Date`; ISO 8601 text at launch. */
export const instant = (): z.ZodDate => z.date();

/** A reference to a secret by its name; the secret itself is never a value. */
export function secret(): z.ZodCustom<Secret, Secret> {
  return custom<Secret>(
    (value) => value instanceof Secret,
    () => ({ kind: "secret" }),
  );
}

/**
 * A sample sheet: a CSV or TSV file, or a list of records, at launch; a list of typed rows inside the workflow.
 * Columns are the fields of the row's schema.
 */
export function sheet<Row extends z.ZodType>(row: Row): z.ZodType<z.output<Row>[], File | z.input<Row>[]> {
  const def = { type: "array", element: row } as const;
  const schema = new z.ZodArray(branded(def, (compile) => ({ kind: "sheet", row: compile(row) })));
  return schema as unknown as z.ZodType<z.output<Row>[], File | z.input<Row>[]>;
}

/** A task passed as a value. `types` exists for the compiler only. */
export interface TaskValue<Input, Output> extends Callable {
  readonly types?: { readonly input: (value: Input) => void; readonly output: Output };
}

/** The type of a task or lambda passed as a value; a side that is left out accepts any type. */
export function taskType<
  Input extends z.ZodType = z.ZodUnknown,
  Output extends z.ZodType = z.ZodUnknown,
>(types: {
  readonly input?: Input;
  readonly output?: Output;
}): z.ZodType<TaskValue<z.input<Input>, z.output<Output>>> {
  const { input, output } = types;
  return custom<TaskValue<z.input<Input>, z.output<Output>>>(isCallable, (compile) => ({
    kind: "task",
    ...(input !== undefined && { input: compile(input) }),
    ...(output !== undefined && { output: compile(output) }),
  }));
}

function custom<T>(accepts: (value: unknown) => boolean, type: BrandedType): z.ZodCustom<T, T> {
  const def = { type: "custom", check: "custom", fn: accepts, abort: true } as const;
  return new z.ZodCustom(branded(def, type)) as z.ZodCustom<T, T>;
}
