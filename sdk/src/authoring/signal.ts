import { z } from "zod";
import { isLazy, lazy, nodeOf, type Lazy } from "../graph/lazy.ts";
import { lift, recordNode } from "../graph/lift.ts";
import { makeNode, paramNode, type GraphNode } from "../graph/node.ts";
import { signalOf, withSignal } from "../types/signal-brand.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import type { InputOptions } from "./gate.ts";
import { makeGate } from "./make-gate.ts";
import type { Shape } from "./shape.ts";

/** How an input is asked for that was not given: as by `waitForInput`. */
export interface SignalOptions<T> extends Omit<InputOptions<T>, "name" | "question" | "show" | "reuse"> {
  /** What the person is asked; default the description of the schema. */
  readonly question?: string;
}

/**
 * An input of a workflow that may come later: given at launch, or by the caller; or signalled by its name, before or after
 * it is needed; or awaited: where it is needed and was not given, a gate of its name opens. Who may answer that gate says
 * nothing about who may give the input at launch. The inputs of tasks cannot come later.
 */
export function signal<S extends z.ZodType>(
  schema: S,
  options: SignalOptions<z.output<S>> = {},
): z.ZodDefault<S> {
  // As a type it is like one with a default: a caller may leave it out, and the body always has it.
  const def = withSignal({ type: "optional", innerType: schema } as const, options);
  return new z.ZodOptional(def) as unknown as z.ZodDefault<S>;
}

/** The arguments as a workflow's body sees them: an input that may come later is what was given, or else its gate. */
export function workflowArguments(shape: Shape, input: RecordIr): Lazy<unknown> {
  const given = paramNode(0, input);
  const gates = new Map<string, GraphNode>();
  for (const [name, schema] of Object.entries(shape)) {
    const options: SignalOptions<unknown> | undefined = signalOf(schema);
    const type = input.fields[name]?.type;
    if (options !== undefined && type !== undefined)
      gates.set(name, signalGate(name, { type, options, given }));
  }
  if (gates.size === 0) return lazy(given);
  const args = lazy<Readonly<Record<string, unknown>>>(given);
  const fields = Object.keys(input.fields).map(
    (name) => [name, gates.get(name) ?? nodeAt(args, name)] as const,
  );
  return lazy(wholeOf(given, { input, fields, gates }), Object.fromEntries(fields));
}

function nodeAt(args: Lazy<Readonly<Record<string, unknown>>>, name: string): GraphNode {
  const field: unknown = args[name];
  if (!isLazy(field)) throw new Error(`The input ${name} is no lazy value.`);
  return nodeOf(field);
}

function signalGate(
  name: string,
  { type, options, given }: { type: TypeIr; options: SignalOptions<unknown>; given: GraphNode },
): GraphNode {
  const question = options.question ?? type.about?.description;
  const gate = makeGate("input", {
    value: lift(options.default ?? null),
    options: { ...options, name, ...(question === undefined ? {} : { question }) },
    schema: type,
    type,
    hasDefault: options.default !== undefined,
    given,
  });
  return nodeOf(gate);
}

/**
 * The arguments as one value. With inputs that may be absent only a merge says which are there, and it waits for all of
 * them; without, the record of the inputs waits for nothing.
 */
function wholeOf(
  given: GraphNode,
  parts: {
    readonly input: RecordIr;
    readonly fields: readonly (readonly [string, GraphNode])[];
    readonly gates: ReadonlyMap<string, GraphNode>;
  },
): GraphNode {
  const { input, fields, gates } = parts;
  const mayLack = Object.values(input.fields).some(
    ({ optional, signal: later }) => optional === true && later !== true,
  );
  if (!mayLack)
    return recordNode(
      fields.map(([name]) => name),
      fields.map(([, node]) => node),
    );
  const later = recordNode([...gates.keys()], [...gates.values()]);
  const types = fields.map(([name, { type }]) => {
    const { optional, type: declared } = input.fields[name] ?? { type: { kind: "any" } as const };
    return [
      name,
      gates.has(name) || optional !== true ? { type: type ?? declared } : { type: declared, optional },
    ] as const;
  });
  return makeNode({
    refs: [given, later],
    make: (operands) => ({ op: "primitive", name: "merge", operands }),
    type: { kind: "record", fields: Object.fromEntries(types) },
  });
}
