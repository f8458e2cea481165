import { z } from "zod";
import { fieldsFromZod, fromZod } from "../types/from-zod.ts";
import { compileCheck, type Check, type CheckResult } from "../types/check.ts";
import { hasRefinements } from "../types/refinements.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import type { Arg, Unlazy } from "../graph/lazy.ts";
import { callSite } from "../graph/node.ts";
import type { Site } from "./definition.ts";

/** Named schemas: the inputs of a task, or its outputs. */
export type Shape = Readonly<Record<string, z.ZodType>>;

/** What a caller gives for a shape: fields with defaults may be left out. */
export type ShapeInput<S extends Shape> = z.input<z.ZodObject<S>>;

/** What a body gets for a shape. */
export type ShapeOutput<S extends Shape> = z.output<z.ZodObject<S>>;

/** A declared output: a schema, or a record of them. */
export type OutputSchema = z.ZodType | Shape;

/** The value of a declared output. */
export type SchemaValue<O> = O extends z.ZodType ? z.output<O> : O extends Shape ? ShapeOutput<O> : never;

/** What a body may return: the value of the declared output, or an expression, or a structure that holds both. */
export type Returns<O> = [O] extends [OutputSchema] ? Arg<SchemaValue<O>> : unknown;

/** The value of a call: by the declared output, else by what the body returns. */
export type ResultValue<O, R> = [O] extends [OutputSchema] ? SchemaValue<O> : Unlazy<R>;

/** The types of a definition, compiled on first use so that importing a module stays cheap. */
export class Interface {
  readonly #inputShape: Shape;
  readonly #outputType: () => TypeIr;
  readonly #mayWait: boolean;
  #input: RecordIr | undefined;
  #output: TypeIr | undefined;
  #refines: boolean | undefined;
  #checkInput: Check | undefined;
  #checkOutput: Check | undefined;

  /** @param signals inputs may come later; only a workflow's may */
  constructor(input: Shape, output: () => TypeIr, { signals = false }: { readonly signals?: boolean } = {}) {
    this.#inputShape = input;
    this.#outputType = output;
    this.#mayWait = signals;
  }

  get input(): RecordIr {
    return (this.#input ??= fieldsFromZod(this.#inputShape, { signals: this.#mayWait }));
  }

  get output(): TypeIr {
    return (this.#output ??= this.#outputType());
  }

  checkInput(value: unknown): CheckResult {
    return (this.#checkInput ??= compileCheck(this.input))(value);
  }

  checkOutput(value: unknown): CheckResult {
    return (this.#checkOutput ??= compileCheck(this.output))(value);
  }

  /** Runs the refinements that the type description only names. */
  refineInput(value: unknown): CheckResult {
    this.#refines ??= hasRefinements(this.input);
    if (!this.#refines) return { ok: true, value };
    const parsed = z.object(this.#inputShape).safeParse(value);
    if (parsed.success) return { ok: true, value };
    const issues = parsed.error.issues.map((issue) => ({
      path: issue.path.map((key) => (typeof key === "number" ? key : String(key))),
      message: issue.message,
      expected: "a value that passes the check",
      found: "one that does not",
    }));
    return { ok: false, issues };
  }
}

/** The type description of a declared output; any value when none was declared. */
export function outputTypeOf(output: OutputSchema | undefined): TypeIr {
  if (output === undefined) return { kind: "any" };
  return output instanceof z.ZodType ? fromZod(output) : fieldsFromZod(output);
}

/** Where the definition being made stands in the user's code. */
export function definitionSite(): Site | null {
  const match = /^(.*):(\d+):(\d+)$/.exec(callSite() ?? "");
  return match === null
    ? null
    : { file: match[1] as string, line: Number(match[2]), column: Number(match[3]) };
}
