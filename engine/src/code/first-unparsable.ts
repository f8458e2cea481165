import { isLigaseError, type LigaseError } from "@ligase/sdk";
import { ModuleGraph } from "./module-graph.ts";
import { Sources } from "./sources.ts";

/**
 * The first file that cannot be parsed among those a file imports, as the error that says where; null when all can be,
 * if need be after the bundler's work. V8 tells no place to code that catches its syntax errors.
 */
export function firstUnparsable(file: string): LigaseError | null {
  const graph = new ModuleGraph(new Sources());
  try {
    const paths = new Set([graph.realPath(file)]);
    for (const path of paths) for (const imported of importsOf(path, graph)) paths.add(imported);
    return null;
  } catch (error) {
    if (isLigaseError(error, "code-not-parsable")) return error;
    throw error;
  }
}

function importsOf(path: string, graph: ModuleGraph): readonly string[] {
  const module = graph.module(path);
  const targets = [...module.specifiers].map((specifier) => graph.target(specifier, module));
  return targets.flatMap((target) => (target.kind === "code" ? [target.path] : []));
}
