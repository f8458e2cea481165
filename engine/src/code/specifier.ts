import { isBuiltin } from "node:module";

/** Ligase's own packages: their code is versioned by the codec, so they count by name only. */
export const LIGASE_PACKAGES: ReadonlySet<string> = new Set(["ligase", "@ligase/sdk", "@ligase/engine"]);

/** Whether a specifier names a package or a module of Node, not a file. */
export const isBareSpecifier = (specifier: string): boolean =>
  !/^(\.{0,2}\/|\.{1,2}$|#|file:)/.test(specifier);

/** `@scope/name/sub/path` → name and `./sub/path`. */
export function splitSpecifier(specifier: string): { readonly name: string; readonly subpath: string } {
  const parts = specifier.split("/");
  const count = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, count).join("/"), subpath: ["."].concat(parts.slice(count)).join("/") };
}

/** Whether a specifier names a module of Node itself. */
export const isNodeModule = (specifier: string): boolean => isBuiltin(specifier);
