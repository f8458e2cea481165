import { isPlainRecord } from "./check-collections.ts";
import type { Node } from "./compiled.ts";
import { describeType } from "./describe-type.ts";
import { mismatch, type Issue } from "./issue.ts";
import type { EnumValue, IrOf, TypeIr } from "./type-ir.ts";

type Compile = (ir: TypeIr) => Node;

/** Only the chosen option speaks. Undefined where the options cannot be told apart by the field. */
export function discriminatedNode(ir: IrOf<"union">, compile: Compile): Node | undefined {
  const key = ir.discriminator;
  if (key === undefined) return undefined;
  const nodes = new Map<unknown, Node>();
  for (const option of ir.options) {
    const values = discriminatorValues(option, key);
    if (values === undefined) return undefined;
    const node = compile(option);
    for (const value of values) nodes.set(value, node);
  }
  const expected = describeType({ kind: "enum", values: [...nodes.keys()] as EnumValue[] });
  return (value, issues) => {
    if (!isPlainRecord(value)) {
      issues.push(mismatch("record", value));
      return value;
    }
    const node = nodes.get(value[key]);
    if (node !== undefined) return node(value, issues);
    issues.push({ ...mismatch(expected, value[key]), path: [key] });
    return value;
  };
}

/** The values that a field of an option can have, or undefined where they are not a closed set. */
export function discriminatorValues(option: TypeIr, key: string): readonly EnumValue[] | undefined {
  if (option.kind === "checked") return discriminatorValues(option.inner, key);
  if (option.kind === "union") {
    const values = option.options.map((inner) => discriminatorValues(inner, key));
    return values.every((list) => list !== undefined) ? values.flat() : undefined;
  }
  const field =
    option.kind === "record" && Object.hasOwn(option.fields, key) ? option.fields[key] : undefined;
  // A field that may be absent would need a reading of absence as well.
  if (field === undefined || field.optional === true || field.default !== undefined) return undefined;
  return closedValues(field.type);
}

function closedValues(ir: TypeIr): readonly EnumValue[] | undefined {
  switch (ir.kind) {
    case "enum":
      return ir.values;
    case "boolean":
      return [true, false];
    case "null":
      return [null];
    case "nullable": {
      const inner = closedValues(ir.inner);
      return inner && [...inner, null];
    }
    default:
      return undefined;
  }
}

/** The first option that fits gives the value; where none does, the option that comes nearest speaks. */
export function unionNode(ir: IrOf<"union">, compile: Compile): Node {
  const nodes = ir.options.map(compile);
  const expected = describeType(ir);
  return (value, issues) => {
    const failures: Issue[][] = [];
    for (const node of nodes) {
      const own: Issue[] = [];
      const checked = node(value, own);
      if (own.length === 0) return checked;
      failures.push(own);
    }
    issues.push(...(nearest(failures) ?? [mismatch(expected, value)]));
    return value;
  };
}

/** An option that fails at the top is of another kind; among the others, the one with the fewest faults is meant. */
function nearest(failures: readonly Issue[][]): readonly Issue[] | undefined {
  let best: readonly Issue[] | undefined;
  for (const issues of failures) {
    if (issues.some((issue) => issue.path.length === 0)) continue;
    if (best === undefined || issues.length < best.length) best = issues;
  }
  return best;
}
