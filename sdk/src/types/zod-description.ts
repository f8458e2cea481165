import type * as core from "zod/v4/core";
import type { Description } from "./type-ir.ts";

const TEXTS = ["title", "description", "placeholder", "unit", "group"] as const;

/** What `.describe()` and `.meta()` say of a schema, or undefined where they say nothing that Ligase shows. */
export function descriptionOf(schema: core.$ZodType): Description | undefined {
  const meta = metaOf(schema);
  if (meta === undefined) return undefined;
  const about: { -readonly [K in keyof Description]: Description[K] } = {};
  for (const key of TEXTS) {
    const text = meta[key];
    if (typeof text === "string") about[key] = text;
  }
  if (Array.isArray(meta.examples)) about.examples = meta.examples as readonly unknown[];
  return Object.keys(about).length === 0 ? undefined : about;
}

/** All copies of Zod 4 share one registry, kept on the global object. */
function metaOf(schema: core.$ZodType): Readonly<Record<string, unknown>> | undefined {
  const { __zod_globalRegistry: registry } = globalThis as {
    readonly __zod_globalRegistry?: core.$ZodRegistry;
  };
  return registry?.get(schema) as Readonly<Record<string, unknown>> | undefined;
}
