import { join, resolve } from "node:path";
import type { Inspect } from "./ports/inspect.ts";
import { createTextReader } from "./files/text-values.ts";
import { createInspect } from "./inspect/inspect.ts";
import { openSqliteStore, storePath } from "./store/sqlite.ts";

/**
 * Opens a folder only to ask questions of it: no executor, no scheduler, no user code. Beside `engine.ts` the only place
 * that names a concrete store, so that a list of runs starts as fast as the process itself.
 *
 * Throws `store-newer`, `store-damaged`, `store-not-writable`.
 */
export function openReader(options: { readonly root?: string } = {}): {
  readonly inspect: Inspect;
  close(): void;
} {
  const root = resolve(options.root ?? ".ligase");
  const store = openSqliteStore(storePath(root));
  return {
    inspect: createInspect(store, createTextReader(join(root, "values"))),
    close: () => store.close(),
  };
}
