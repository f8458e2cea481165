import type { Description, TypeIr } from "@ligase/sdk/internal";
import { bareType } from "./read-flags.ts";

/** Bounds that a type's short text does not say. */
export function limits(type: TypeIr): readonly string[] {
  const inner = bareType(type);
  if (inner.kind !== "number" && inner.kind !== "integer") return [];
  const { min, max } = inner;
  return [
    ...(min === undefined ? [] : [`${min.open === true ? "above" : "at least"} ${min.value}`]),
    ...(max === undefined ? [] : [`${max.open === true ? "below" : "at most"} ${max.value}`]),
  ];
}

/** What its author says of a field; empty when that is nothing. */
export const descriptionOf = ({ about = {} }: { readonly about?: Description }): string =>
  about.description ?? about.title ?? "";
