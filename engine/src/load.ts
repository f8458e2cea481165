import { statSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { codeInUse } from "./code/code-in-use.ts";
import { contentHash } from "./code/content-hash.ts";
import { hideExperimentalWarnings } from "./code/experimental-warnings.ts";
import { noteImports } from "./code/noted-imports.ts";

// What is needed only when an import fails is itself imported then: this module runs in every process of a pool.

/** A user's file, imported. */
export interface LoadedFile {
  readonly module: Readonly<Record<string, unknown>>;
  /** The URL under which it was imported. */
  readonly url: string;
}

/**
 * Imports a user's workflow file: by Node's own type stripping, or through the bundler esbuild when the file or one it
 * imports needs more (enums, decorators, JSX, path aliases). What is imported from then on is noted as the code in use.
 * Throws `workflow-file-not-found`, `code-not-parsable`, `module-not-found`, `package-not-found`, `bundler-missing`,
 * `workflow-file-not-loaded`, `code-edited`, and `LigaseError`s of definitions in the file as they are.
 */
export async function loadWorkflowFile(path: string): Promise<LoadedFile> {
  const file = resolve(path);
  if (!isFile(file)) throw (await failures()).fileNotFound(file);
  const url = pathToFileURL(file).href;
  noteAllImports();
  try {
    return { module: await importUrl(url), url };
  } catch (error) {
    const failure = (await failures()).explainFailure(error, file);
    if (failure.kind === "failed") throw failure.error;
    return await loadBundled(file, failure.reason);
  }
}

let areNoted = false;

function noteAllImports(): void {
  if (areNoted) return;
  areNoted = true;
  noteImports(codeInUse);
}

const failures = () => import("./code/load-failure.ts");

async function importUrl(url: string): Promise<Readonly<Record<string, unknown>>> {
  return (await hideExperimentalWarnings(() => import(url))) as Readonly<Record<string, unknown>>;
}

/** Imports the bundle of a file from memory, under the file's own folder, so that packages are found as from the file. */
async function loadBundled(file: string, reason: string): Promise<LoadedFile> {
  const { bundleFile } = await import("./code/bundler.ts");
  const { source, modules } = await bundleFile(file, reason);
  for (const [path, text] of modules) codeInUse.noteText(path, text);
  codeInUse.note(`the bundle of ${file}`, contentHash(source));
  const url = `${pathToFileURL(file).href}?bundled`;
  // Stack traces, by which definitions know their places, then speak of the user's files.
  process.setSourceMapsEnabled(true);
  const hooks = registerHooks({
    load: (wanted, context, next) =>
      wanted === url ? { format: "module", source, shortCircuit: true } : next(wanted, context),
  });
  try {
    return { module: await importUrl(url), url };
  } catch (error) {
    const failure = (await failures()).explainFailure(error, file);
    throw failure.kind === "failed" ? failure.error : error;
  } finally {
    hooks.deregister();
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
