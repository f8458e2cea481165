import type * as core from "zod/v4/core";
import { LigaseError } from "../errors/ligase-error.ts";
import { formatPath } from "./issue.ts";

/** Deeper than any type that a person writes; a schema that makes new schemas for ever stops here. */
const MAX_DEPTH = 200;

/** Where the walk through a schema is. */
export interface Place {
  readonly path: readonly string[];
  /** The schemas that hold this one: meeting one of them again is recursion. */
  readonly above: readonly core.$ZodType[];
}

/** Notes that the walk has entered a schema. Throws `type-recursive`. */
export function stepInto(place: Place, schema: core.$ZodType): Place {
  if (place.above.includes(schema) || place.above.length > MAX_DEPTH) {
    throw new LigaseError("type-recursive", { path: pathText(place) });
  }
  return { path: place.path, above: [...place.above, schema] };
}

/** The place of a part: a field's name, or `*` for every item. */
export const at = (place: Place, key: string): Place => ({ ...place, path: [...place.path, key] });

export const pathText = (place: Place): string => formatPath(place.path).replaceAll('["*"]', "[*]");

export function notSupported(place: Place, type: string, reason: string): LigaseError<"type-not-supported"> {
  return new LigaseError("type-not-supported", { path: pathText(place), type, reason });
}
