import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installedFolder, isInstalled, packageName } from "./installed-folder.ts";
import { foldersUpFrom, packageFolderAbove, readManifest } from "./manifest.ts";
import { exportedFile, importedSpecifier } from "./package-exports.ts";
import { aliasedFiles } from "./path-aliases.ts";
import type { Sources } from "./sources.ts";
import { isBareSpecifier, isNodeModule, LIGASE_PACKAGES, splitSpecifier } from "./specifier.ts";

/** What an import stands for, by how it counts (C15). */
export type Target =
  | { readonly kind: "code"; readonly path: string }
  | { readonly kind: "data"; readonly path: string }
  /** Installed: its real path is below node_modules. */
  | { readonly kind: "package"; readonly name: string; readonly folder: string }
  /** Counts by its name alone: a module of Node, a package of Ligase, a data URL. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "missing"; readonly specifier: string };

const CODE = /\.[cm]?[jt]sx?$/;
const PROBES = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", ".json", "/index.ts", "/index.js"];

/** Resolves as Node does, and as bundlers do where Node would have failed to load the module. */
export function resolveImport(specifier: string, fromFile: string, sources: Sources): Target {
  if (isNodeModule(specifier) || /^(node|data|https?):/.test(specifier))
    return { kind: "name", name: specifier };
  if (specifier.startsWith("#")) return resolveInternal(specifier, fromFile, sources);
  if (isBareSpecifier(specifier)) return resolveBare(specifier, fromFile, sources);
  const path = specifier.startsWith("file:")
    ? fileURLToPath(specifier)
    : resolve(dirname(fromFile), specifier);
  return fileTarget(path.replace(/[?#].*$/, ""), fromFile, sources) ?? { kind: "missing", specifier };
}

function resolveInternal(specifier: string, fromFile: string, sources: Sources): Target {
  const folder = packageFolderAbove(dirname(fromFile), sources);
  const manifest = folder === null ? null : readManifest(folder, sources);
  const meant = manifest === null ? null : importedSpecifier(manifest, specifier);
  if (folder !== null && meant !== null) return resolveImport(meant, join(folder, "package.json"), sources);
  return resolveAlias(specifier, fromFile, sources);
}

function resolveBare(specifier: string, fromFile: string, sources: Sources): Target {
  const { name, subpath } = splitSpecifier(specifier);
  if (LIGASE_PACKAGES.has(name)) return { kind: "name", name: specifier };
  const folder = findPackage(name, fromFile, sources);
  if (folder === null) return resolveAlias(specifier, fromFile, sources);
  if (isInstalled(folder)) return { kind: "package", name, folder };
  const manifest = readManifest(folder, sources) ?? {};
  const file = exportedFile(folder, manifest, subpath);
  return (file === null ? null : fileTarget(file, fromFile, sources)) ?? { kind: "missing", specifier };
}

function resolveAlias(specifier: string, fromFile: string, sources: Sources): Target {
  for (const file of aliasedFiles(specifier, fromFile, sources)) {
    const target = fileTarget(file, fromFile, sources);
    if (target !== null) return target;
  }
  return { kind: "missing", specifier };
}

/** The real folder of a package: linked into a node_modules above, or the importer's own package by its name. */
export function findPackage(name: string, fromFile: string, sources: Sources): string | null {
  const own = packageFolderAbove(dirname(fromFile), sources);
  const manifest = own === null ? null : readManifest(own, sources);
  if (manifest?.name === name && manifest.exports !== undefined) return own;
  for (const folder of foldersUpFrom(dirname(fromFile))) {
    const real = sources.realPath(join(folder, "node_modules", name));
    if (real !== null) return real;
  }
  return null;
}

function fileTarget(path: string, fromFile: string, sources: Sources): Target | null {
  const real =
    PROBES.map((end) => sources.realFile(path + end)).find((found) => found !== null) ??
    asTypeScript(path, sources);
  if (real === null) return null;
  const folder = installedFolder(real);
  if (folder !== null && folder !== installedFolder(fromFile))
    return { kind: "package", name: packageName(folder), folder };
  return { kind: CODE.test(extname(real)) ? "code" : "data", path: real };
}

/** With a bundler, `./x.js` may stand for `./x.ts`. */
function asTypeScript(path: string, sources: Sources): string | null {
  const end = /\.([cm]?)js(x?)$/.exec(path);
  return end === null ? null : sources.realFile(`${path.slice(0, end.index)}.${end[1]}ts${end[2]}`);
}
