import { dirname, join, resolve } from "node:path";
import { foldersUpFrom } from "./manifest.ts";
import { matchPattern } from "./package-exports.ts";
import type { Sources } from "./sources.ts";

interface Configuration {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: {
    readonly baseUrl?: string;
    readonly paths?: Readonly<Record<string, readonly string[]>>;
  };
}

/** The files that a specifier may stand for by `paths` and `baseUrl` of the nearest `tsconfig.json`, best first. */
export function aliasedFiles(specifier: string, fromFile: string, sources: Sources): readonly string[] {
  for (const folder of foldersUpFrom(dirname(fromFile))) {
    const path = join(folder, "tsconfig.json");
    const files = sources.text(path) === null ? null : aliasesIn(path, specifier, sources, 0);
    if (files !== null) return files;
    if (sources.text(path) !== null) return [];
  }
  return [];
}

/** Null when a configuration and those it extends say nothing of aliases. */
function aliasesIn(
  path: string,
  specifier: string,
  sources: Sources,
  depth: number,
): readonly string[] | null {
  const text = sources.text(path);
  const configuration = text === null || depth > MAX_EXTENDS ? null : parseConfiguration(text);
  if (configuration === null) return null;
  const { baseUrl, paths } = configuration.compilerOptions ?? {};
  if (paths !== undefined || baseUrl !== undefined) {
    const base = resolve(dirname(path), baseUrl ?? ".");
    const matches = matchingTargets(paths ?? {}, specifier);
    const targets = baseUrl === undefined ? matches : [...matches, specifier];
    return targets.map((target) => resolve(base, target));
  }
  const parents = [configuration.extends ?? []].flat().filter((parent) => parent.startsWith("."));
  for (const parent of parents) {
    const file = resolve(dirname(path), parent.endsWith(".json") ? parent : `${parent}.json`);
    const found = aliasesIn(file, specifier, sources, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

const MAX_EXTENDS = 8;

function matchingTargets(
  paths: Readonly<Record<string, readonly string[]>>,
  specifier: string,
): readonly string[] {
  return Object.entries(paths).flatMap(([pattern, targets]) => {
    if (!pattern.includes("*")) return pattern === specifier ? targets : [];
    const filling = matchPattern(pattern, specifier);
    return filling === null ? [] : targets.map((target) => target.replace("*", filling));
  });
}

/** TypeScript allows comments and trailing commas; a file that is broken beyond that has no aliases. */
function parseConfiguration(text: string): Configuration | null {
  const plain = text
    .replace(
      /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_all, quoted: string | undefined) => quoted ?? "",
    )
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, quoted: string | undefined) => quoted ?? "");
  try {
    return JSON.parse(plain) as Configuration;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
