import { z } from "zod";
import { branded } from "./schema-brand.ts";
import type { TypeIr } from "./type-ir.ts";

/** A schema of amounts that are written as text or number and seen as a number. */
export interface Quantity<Input> extends z.ZodType<number, Input> {
  /** The default as it is written elsewhere, text included. Throws where it is no such amount. */
  default(value: Input | z.output<this>): z.ZodDefault<this>;
  default(value: () => z.output<this>): z.ZodDefault<this>;
}

interface QuantityOptions {
  readonly read: (input: string | number) => number | { readonly reason: string };
  /** The same, that throws. */
  readonly parse: (input: string | number) => number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly type: TypeIr;
}

/** Text or number in, number out, so that the schema does the same when it is used on its own. */
export function quantity<Input>({
  read,
  parse,
  min = 0,
  max = Infinity,
  type,
}: QuantityOptions): Quantity<Input> {
  const amount = z.transform((input: unknown, context) => {
    const result =
      typeof input === "number" || typeof input === "string" ? read(input) : { reason: "it is not text" };
    if (typeof result === "number" && result >= min && result <= max) return result;
    context.addIssue(typeof result === "number" ? `must be between ${min} and ${max}` : result.reason);
    return z.NEVER;
  });
  const def = { type: "pipe", in: z.unknown(), out: amount, parse } as const;
  return new QuantityPipe(branded(def, () => type)) as unknown as Quantity<Input>;
}

type Amount = string | number;

interface QuantityDef extends z.core.$ZodPipeDef {
  readonly parse: (input: Amount) => number;
}

interface QuantityPipe extends z.ZodPipe {
  readonly _zod: z.ZodPipe["_zod"] & { readonly def: QuantityDef };
}

/** A class of its own, for Zod makes copies (`describe`, `refine`) by the class: the copies take such defaults, too. */
const QuantityPipe = z.core.$constructor<QuantityPipe, QuantityDef>("LigaseQuantity", (schema, def) => {
  z.ZodPipe.init(schema, def);
  const withDefault = (value: Amount | (() => number)): z.ZodDefault =>
    z._default(schema, typeof value === "function" ? value : def.parse(value));
  Object.assign(schema, { default: withDefault });
});
