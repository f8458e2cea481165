import type { z } from "zod";
import { LigaseError } from "../errors/ligase-error.ts";
import { fromZod } from "../types/from-zod.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import type { Arg, Unlazy } from "../graph/lazy.ts";
import type { Dir, File } from "../values/file.ts";
import type { OutputConditions } from "./rendered-script.ts";
import type { OutputTemplate } from "./script-template.ts";
import type { ValueList } from "./shell.ts";

const OUTPUT = Symbol.for("ligase.output");

type Leaf =
  | { readonly kind: "file" | "dir"; readonly path: Arg<string>; readonly options: FileOutputOptions }
  | { readonly kind: "files"; readonly glob: Arg<string>; readonly options: OutputConditions }
  | { readonly kind: "stdout" | "stderr" }
  | { readonly kind: "json"; readonly path?: Arg<string>; readonly schema: z.ZodType | null }
  | { readonly kind: "value"; readonly value: unknown };

/** A declared output of a script. `T` is the type of the value it gives. */
export interface Output<out T> {
  readonly [OUTPUT]: Leaf;
  readonly given?: T;
}

export interface FileOutputOptions extends OutputConditions {
  /**
   * Where the file is copied after success: a path, or a folder when it ends with `/`. A relative one starts at the folder
   * that the run was launched from. A result from the cache stays where it was published, as long as it is there.
   */
  readonly publish?: Arg<string>;
}

type Value<T, O> = O extends { readonly optional: true } ? T | null : T;

/** Outputs of scripts: files, folders and globs by their path in the work folder, standard output and error, JSON. */
export const out = {
  /** One file that the script writes. */
  file<const O extends FileOutputOptions = Record<never, never>>(
    path: Arg<string>,
    options?: O,
  ): Output<Value<File, O>> {
    return { [OUTPUT]: { kind: "file", path, options: options ?? {} } };
  },
  /** All files that match a glob, sorted by path. */
  files(glob: Arg<string>, options: OutputConditions = {}): Output<File[]> {
    return { [OUTPUT]: { kind: "files", glob, options } };
  },
  /** A folder that the script writes. */
  dir<const O extends FileOutputOptions = Record<never, never>>(
    path: Arg<string>,
    options?: O,
  ): Output<Value<Dir, O>> {
    return { [OUTPUT]: { kind: "dir", path, options: options ?? {} } };
  },
  /** Standard output as text, without the last line break. */
  stdout: (): Output<string> => ({ [OUTPUT]: { kind: "stdout" } }),
  /** Standard error as text, without the last line break. */
  stderr: (): Output<string> => ({ [OUTPUT]: { kind: "stderr" } }),
  /** JSON from standard output, or from the file at `path`, checked against the schema. */
  json<S extends z.ZodType = z.ZodUnknown>(
    schema?: S,
    options: { path?: Arg<string> } = {},
  ): Output<z.output<S>> {
    return { [OUTPUT]: { kind: "json", schema: schema ?? null, ...options } };
  },
  /** A value known from the inputs, passed on beside the files: a sample's name, for instance. */
  value<const V>(value: V): Output<Unlazy<V>> {
    return { [OUTPUT]: { kind: "value", value } };
  },
};

/** The declared outputs of a script: one, or a record or list of them. */
export type OutputShape = Output<unknown> | { readonly [name: string]: OutputShape } | readonly OutputShape[];

/** The type of the value that a script with these outputs gives; unknown when they are not known. */
export type OutputValue<O> = OutputShape extends O
  ? unknown
  : O extends Output<infer T>
    ? T
    : { -readonly [K in keyof O]: OutputValue<O[K]> };

/** What a script's command sees of its outputs: the paths to write. */
export type OutputPaths<O> = OutputShape extends O
  ? unknown
  : O extends Output<unknown>
    ? string
    : { readonly [K in keyof O]: OutputPaths<O[K]> };

const isOutput = (value: unknown): value is Output<unknown> =>
  typeof value === "object" && value !== null && OUTPUT in value;

/** The paths of declared outputs, in their shape; they are interpolated in the command. */
export function outputPaths(shape: OutputShape): unknown {
  if (!isOutput(shape)) return mapShape(shape, outputPaths);
  const leaf = shape[OUTPUT];
  if (leaf.kind === "file" || leaf.kind === "dir" || leaf.kind === "json") return leaf.path;
  return leaf.kind === "files" ? leaf.glob : null;
}

/** The output template of declared outputs; texts are added to `values`, destinations to `publish`. */
export function traceOutputs(options: {
  shape: OutputShape;
  values: ValueList;
  publish: Record<string, number>;
  deck: string | undefined;
  task: string;
  path?: readonly string[];
}): OutputTemplate {
  const { shape, values, path = [] } = options;
  if (isOutput(shape)) return traceLeaf(shape[OUTPUT], options, path);
  if (typeof shape !== "object" || shape === null) {
    throw new LigaseError("output-not-declared", {
      task: options.task,
      found: `${typeof shape} at "${path.join(".")}"`,
    });
  }
  const below = (key: string, part: OutputShape): OutputTemplate =>
    traceOutputs({ ...options, shape: part, values, path: [...path, key] });
  if (Array.isArray(shape))
    return { kind: "list", items: shape.map((part: OutputShape, index) => below(String(index), part)) };
  return {
    kind: "record",
    fields: Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, below(key, part)])),
  };
}

/** The name of an output under which it is published: its keys, joined by dots; a dot in a key has a backslash. */
const outputName = (path: readonly string[]): string =>
  path.map((key) => key.replaceAll(".", "\\.")).join(".");

/** The keys of an output by its name. */
export const outputPath = (name: string): readonly string[] =>
  name === "" ? [] : name.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));

function traceLeaf(
  leaf: Leaf,
  to: { values: ValueList; publish: Record<string, number>; deck: string | undefined },
  path: readonly string[],
): OutputTemplate {
  switch (leaf.kind) {
    case "file":
    case "dir": {
      const { publish, ...conditions } = leaf.options;
      const name = path.join(".");
      if (publish !== undefined) to.publish[outputName(path)] = to.values.add(publish);
      const deck = leaf.kind === "file" && to.deck === name ? { deck: name } : {};
      return { kind: leaf.kind, path: to.values.add(leaf.path), ...conditions, ...deck };
    }
    case "files":
      return { kind: "files", glob: to.values.add(leaf.glob), ...leaf.options };
    case "json": {
      const type = leaf.schema === null ? {} : { type: withoutDescriptions(fromZod(leaf.schema)) };
      return {
        kind: "json",
        ...type,
        ...(leaf.path === undefined ? {} : { path: to.values.add(leaf.path) }),
      };
    }
    case "value":
      return { kind: "value", value: to.values.add(leaf.value) };
    default:
      return leaf;
  }
}

/** What people read beside a type is not hashed (C12). */
function withoutDescriptions(ir: TypeIr): TypeIr {
  const { about: _about, ...bare } = ir;
  const parts = Object.entries(bare).map(([key, part]) => [
    key,
    key === "fields" ? bareFields(part as RecordIr["fields"]) : barePart(part),
  ]);
  return Object.fromEntries(parts) as TypeIr;
}

function bareFields(fields: RecordIr["fields"]): RecordIr["fields"] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      { ...field, type: withoutDescriptions(field.type) },
    ]),
  );
}

function barePart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(barePart);
  return typeof part === "object" && part !== null && "kind" in part
    ? withoutDescriptions(part as TypeIr)
    : part;
}

/** The type description of what a script with these outputs gives. */
export function outputType(shape: OutputShape): TypeIr {
  if (isOutput(shape)) return leafType(shape[OUTPUT]);
  if (Array.isArray(shape)) return { kind: "tuple", items: shape.map(outputType) };
  const fields = Object.entries(shape).map(([name, part]) => [name, { type: outputType(part) }] as const);
  return { kind: "record", fields: Object.fromEntries(fields) } satisfies RecordIr;
}

function leafType(leaf: Leaf): TypeIr {
  switch (leaf.kind) {
    case "file":
    case "dir":
      return leaf.options.optional === true
        ? { kind: "nullable", inner: { kind: leaf.kind } }
        : { kind: leaf.kind };
    case "files":
      return { kind: "list", item: { kind: "file" } };
    case "json":
      return leaf.schema === null ? { kind: "any" } : fromZod(leaf.schema);
    case "value":
      return { kind: "any" };
    default:
      return { kind: "text" };
  }
}

function mapShape(shape: OutputShape, change: (part: OutputShape) => unknown): unknown {
  if (Array.isArray(shape)) return shape.map(change);
  return Object.fromEntries(Object.entries(shape).map(([name, part]) => [name, change(part as OutputShape)]));
}
