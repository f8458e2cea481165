import type { TypeIr } from "./type-ir.ts";

/*
 * How `fromZod` recognises Ligase's own schemas: a field of the schema's definition under a registered symbol. Zod
 * copies definitions whole when `.describe()`, `.meta()` or `.refine()` make a new schema, so the brand survives, and
 * no table is shared that a second copy of Zod or of the SDK would not see.
 */
const BRAND = Symbol.for("ligase.type");

/** Makes the type description when it is asked for: schemas inside it are compiled then, with their path known. */
export type BrandedType = (compile: (schema: object) => TypeIr) => TypeIr;

/** Adds the brand to a definition that is about to be given to a Zod class. */
export function branded<D extends object>(def: D, type: BrandedType): D {
  return { ...def, [BRAND]: type };
}

/** The brand of a definition, if it is one of Ligase's own schemas. */
export function brandOf(def: object): BrandedType | undefined {
  return (def as { readonly [BRAND]?: BrandedType })[BRAND];
}
