import type { TypeIr } from "../types/type-ir.ts";
import type { Dir, File } from "../values/file.ts";

/** A script with its arguments in place: plain data that an executor runs without user code (C16). */
export interface RenderedScript {
  /** The command. Input and output paths in it are relative to the work folder. Begins with `#!` for another interpreter. */
  readonly command: string;
  readonly inputs: readonly StagedInput[];
  readonly outputs: OutputSpec;
  /** Copies of outputs to make after success: by name of the output, the destination path or URI. */
  readonly publish: Readonly<Record<string, string>>;
  /** What a `shell` expression adds to its job; a script task has these among its options. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment names → names of secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A file or folder to be placed, read-only, at a path of the work folder before the script starts. */
export interface StagedInput {
  readonly path: string;
  readonly source: File | Dir;
}

/** Conditions on an output, checked when the script ends. */
export interface OutputConditions {
  readonly nonEmpty?: true;
  /** Hexadecimal SHA-256 of the content. */
  readonly sha256?: string;
  /** Regular expression that the content (text) must match. */
  readonly matches?: string;
  /** The file may be missing; the value is then null. */
  readonly optional?: true;
}

/** What a script gives back, in the shape of its `output`. */
export type OutputSpec = OutputOf<string, unknown>;

/** The same with texts and values that are known, or with what stands for them while they are not. */
export type OutputOf<Text, Value> =
  | ({ readonly kind: "file"; readonly path: Text; readonly deck?: string } & OutputConditions)
  /** All files that match a glob, sorted by path. */
  | ({ readonly kind: "files"; readonly glob: Text } & OutputConditions)
  | ({ readonly kind: "dir"; readonly path: Text } & OutputConditions)
  /** Text of standard output or error, without the last line break. */
  | { readonly kind: "stdout" | "stderr" }
  /** JSON from standard output, or from a file; with a type, what does not fit it fails the job. */
  | { readonly kind: "json"; readonly path?: Text; readonly type?: TypeIr }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, OutputOf<Text, Value>>> }
  | { readonly kind: "list"; readonly items: readonly OutputOf<Text, Value>[] };
