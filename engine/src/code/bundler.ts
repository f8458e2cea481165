import { createRequire, SourceMap, type SourceMapPayload } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { LigaseError } from "@ligase/sdk";
import { placesOf, type Place } from "./places.ts";

/** The part of esbuild that Ligase uses. It is an optional peer: only files beyond type stripping need it. */
export interface Bundler {
  build(
    options: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
  transformSync(
    source: string,
    options: Readonly<Record<string, unknown>>,
  ): { readonly code: string; readonly map: string };
}

/** Finds the user's esbuild from their file. Throws `bundler-missing`, which names the reason it is needed. */
export function requireBundler(file: string, reason: string): Bundler {
  try {
    return createRequire(file)("esbuild") as Bundler;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    throw new LigaseError("bundler-missing", { file, reason });
  }
}

const LOADERS: Readonly<Record<string, string>> = {
  ".tsx": "tsx",
  ".jsx": "jsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".json": "json",
};

/** Removes types, enums, decorators and JSX from one module; its positions map back to the source. */
export function transformWithBundler(
  path: string,
  source: string,
): { readonly text: string; origin(offset: number): Place } {
  const bundler = requireBundler(path, "syntax that Node cannot erase, such as enums, decorators or JSX");
  const { code, map } = transform(bundler, path, source);
  const sourceMap = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const places = placesOf(code);
  return {
    text: code,
    origin(offset) {
      const { line, column } = places(offset);
      const entry = sourceMap.findEntry(line - 1, column - 1);
      return "originalLine" in entry
        ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
        : { line: 1, column: 1 };
    },
  };
}

function transform(
  bundler: Bundler,
  path: string,
  source: string,
): { readonly code: string; readonly map: string } {
  const options = {
    loader: LOADERS[extname(path)] ?? "ts",
    sourcemap: "external",
    sourcefile: path,
    logLevel: "silent",
  };
  try {
    return bundler.transformSync(source, { ...options, format: "esm", target: "node22" });
  } catch (error) {
    throw bundlerError(path, error);
  }
}

interface BundlerMessage {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/** Turns a failure of the bundler into `code-not-parsable` with the first place it names. */
export function bundlerError(path: string, error: unknown): unknown {
  const first =
    error instanceof Error && "errors" in error ? (error.errors as readonly BundlerMessage[])[0] : undefined;
  if (first === undefined) return error;
  const place = { line: first.location?.line ?? 1, column: (first.location?.column ?? 0) + 1 };
  const file = first.location?.file ?? path;
  return new LigaseError("code-not-parsable", { file, ...place, reason: first.text }, { cause: error });
}

/** A file and the modules of the project that it imports, as one. */
export interface Bundle {
  readonly source: string;
  /** Path → text of what is in it. */
  readonly modules: ReadonlyMap<string, string>;
}

/**
 * Bundles a file with the project modules it imports into one module with an inline source map; packages stay imports.
 * Throws `bundler-missing`, `code-not-parsable`.
 */
export async function bundleFile(file: string, reason: string): Promise<Bundle> {
  const bundler = requireBundler(file, reason);
  const modules = new Map<string, string>();
  const options = { entryPoints: [file], bundle: true, format: "esm", platform: "node", target: "node22" };
  try {
    const { outputFiles } = await bundler.build({
      ...options,
      packages: "external",
      sourcemap: "inline",
      sourcesContent: false,
      outfile: `${file}.bundled.mjs`,
      write: false,
      logLevel: "silent",
      plugins: [moduleReader(modules)],
    });
    return { source: outputFiles[0]?.text ?? "", modules };
  } catch (error) {
    throw bundlerError(file, error);
  }
}

interface PluginBuild {
  onLoad(
    options: { readonly filter: RegExp },
    load: (args: { readonly path: string }) => { readonly contents: string; readonly loader: string },
  ): void;
}

/**
 * Reads the modules of a bundle, each once. In a bundle `import.meta` would be that of the bundle; each module keeps its
 * own place, from which it finds files.
 */
const moduleReader = (modules: Map<string, string>) => ({
  name: "module-reader",
  setup(build: PluginBuild): void {
    build.onLoad({ filter: /\.(?:[cm]?[jt]sx?|json)$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      modules.set(path, source);
      return { contents: withItsPlace(path, source), loader: LOADERS[extname(path)] ?? "ts" };
    });
  },
});

function withItsPlace(path: string, source: string): string {
  if (!source.includes("import.meta.")) return source;
  const places = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
  return source.replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_all, name: keyof typeof places) =>
    JSON.stringify(places[name]),
  );
}
