import { fileURLToPath } from "node:url";
import { CodeCache } from "./code-cache.ts";
import { CodeInUse } from "./code-in-use.ts";
import { ModuleGraph } from "./module-graph.ts";
import { Packages } from "./packages.ts";
import type { PlaceIn } from "./places.ts";
import { Reach, type TaskCode } from "./reach.ts";
import { Sources } from "./sources.ts";

export type { TaskCode };

/** Where a task was defined: file path or URL, line and column from 1, as in a stack trace. */
export interface CodeSite extends PlaceIn {
  /** Places of the user's calls that led to the definition, inner first, when a function of the user's makes tasks. */
  readonly callers?: readonly PlaceIn[];
}

/** How a hasher is made. */
export interface TaskHasherOptions {
  /** Folder in which it remembers its answers from one process to the next. */
  readonly cacheDir?: string;
  /** The code that the process has imported; default: what is on disk when a file is first read. */
  readonly code?: CodeInUse;
}

/**
 * Hashes the code of function tasks over the project as the process has imported it, and as the other files are on disk
 * when each is first read. Make a new one after files changed; what did not change is not parsed again.
 */
export class TaskHasher {
  readonly #cacheDir: string | null;
  readonly #code: CodeInUse;
  readonly #sources: Sources;
  readonly #graph: ModuleGraph;
  readonly #packages: Packages;
  readonly #caches = new Map<string, CodeCache>();

  constructor({ cacheDir, code = new CodeInUse() }: TaskHasherOptions = {}) {
    this.#cacheDir = cacheDir ?? null;
    this.#code = code;
    this.#sources = new Sources(code);
    this.#graph = new ModuleGraph(this.#sources);
    this.#packages = new Packages(this.#sources);
  }

  /**
   * The hash of all code that the function task defined at a place can reach (C15).
   * Throws `code-not-parsable`, `bundler-missing`, `code-edited`.
   */
  hash(site: CodeSite): TaskCode {
    const cache = this.#cacheOf(pathOf(site.file));
    const key = [site, ...(site.callers ?? [])]
      .map((at) => `${pathOf(at.file)}:${at.line}:${at.column}`)
      .join(" ");
    const known = cache?.get(key) ?? null;
    if (known !== null) return known;
    const code = this.#compute(site);
    cache?.set(key, code);
    return code;
  }

  /** Keeps what was found in the cache folder; without one it does nothing. */
  save(): void {
    if (this.#cacheDir === null) return;
    const trace = this.#sources.trace();
    for (const cache of this.#caches.values()) cache.save(this.#cacheDir, trace);
  }

  #cacheOf(file: string): CodeCache | null {
    if (this.#cacheDir === null) return null;
    let cache = this.#caches.get(file);
    if (cache === undefined) {
      cache = new CodeCache(this.#cacheDir, file, this.#code);
      this.#caches.set(file, cache);
    }
    return cache;
  }

  #compute(site: CodeSite): TaskCode {
    const reach = new Reach({ graph: this.#graph, packages: this.#packages, sources: this.#sources });
    const place = { file: this.#graph.realPath(pathOf(site.file)), line: site.line, column: site.column };
    const module = this.#graph.module(place.file);
    const code = module.isCommonJs ? null : module.site(place, "definition");
    if (code === null) {
      if (!module.isCommonJs) reach.warn("whole-file", place, "The definition was not found at its place");
      reach.startWithFile(module);
      return reach.finish();
    }
    reach.start(module, code.unit);
    if (code.captured.length > 0) {
      reach.warn("captured-variable", place, code.captured.join(", "));
      for (const caller of site.callers ?? []) this.#startWithCaller(caller, reach);
    }
    return reach.finish();
  }

  /** Tasks that a function of the user's makes are told apart by the calls of it. */
  #startWithCaller(caller: PlaceIn, reach: Reach): void {
    const module = this.#graph.module(this.#graph.realPath(pathOf(caller.file)));
    const code = module.isCommonJs ? null : module.site(caller, "call");
    if (code === null) reach.startWithFile(module);
    else reach.start(module, code.unit);
  }
}

/** Makes a hasher of the code of tasks. */
export function createTaskHasher(options: TaskHasherOptions = {}): TaskHasher {
  return new TaskHasher(options);
}

const pathOf = (file: string): string =>
  file.startsWith("file:") ? fileURLToPath(file.replace(/[?#].*$/, "")) : file;
