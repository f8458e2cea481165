import { LigaseError } from "../errors/ligase-error.ts";
import { compileBody } from "../graph/compile.ts";
import { isPure } from "../graph/evaluate.ts";
import { lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { callSite, inScope, paramNode } from "../graph/node.ts";
import type { TypeIr } from "../types/type-ir.ts";
import type { DynamicResources, ResourceFunction, ResourceOptions } from "./options.ts";

const INTEGER: TypeIr = { kind: "integer" };

const PREVIOUS: TypeIr = {
  kind: "record",
  fields: {
    attempt: { type: INTEGER },
    cpu: { type: { kind: "number" } },
    memoryBytes: { type: INTEGER },
    failure: { type: { kind: "nullable", inner: { kind: "text" } } },
  },
};

const NAMES = new Set(["cpu", "memory", "gpu", "disk"]);

/** Options in which a function of resources is traced into a template. Throws `resources-not-traceable`. */
export function traceResources<T extends { readonly resources?: unknown }>(
  task: string,
  options: T,
  input?: () => TypeIr,
): Omit<T, "resources"> & { readonly resources?: ResourceOptions } {
  const { resources } = options;
  if (typeof resources !== "function") return options as never;
  return { ...options, resources: trace(task, resources as ResourceFunction<unknown>, input?.()) };
}

function trace(
  task: string,
  resources: ResourceFunction<unknown>,
  input: TypeIr | undefined,
): DynamicResources {
  return inScope({ params: 2, detached: true }, (scope) => {
    const given = resources(
      lazy(paramNode(0, input)) as never,
      lazy(paramNode(1, PREVIOUS)) as never,
    ) as unknown;
    const wrong =
      typeof given === "object" && given !== null ? Object.keys(given).find((name) => !NAMES.has(name)) : "";
    if (wrong !== undefined)
      throw notTraceable(task, wrong === "" ? "it gives no record" : `it gives "${wrong}"`);
    const template = compileBody({ scope, result: lift(given) });
    if (!isPure(template)) throw notTraceable(task, "it calls a task or a control operator");
    return { templates: [template] };
  });
}

const notTraceable = (task: string, reason: string): LigaseError =>
  new LigaseError("resources-not-traceable", { task, reason, at: callSite() ?? null });
