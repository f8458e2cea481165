import { join, resolve } from "node:path";
import type { EngineOptions } from "./ports/engine.ts";
import type { Inspect } from "./ports/inspect.ts";
import { createTextReader } from "./files/text-values.ts";
import { createInspect } from "./inspect/inspect.ts";
import { openPostgresStore } from "./store/postgres/postgres.ts";
import { openSqliteStore, storePath } from "./store/sqlite.ts";

export { verifyAudit, type AuditCheck } from "./inspect/verify-audit.ts";
export { decisionHash } from "./model/audit.ts";
export { itemOf, openItems, type InboxItem } from "./inspect/inbox.ts";
export { resultShape } from "./inspect/result-shape.ts";
export {
  auditDocument,
  readAudit,
  verifyExport,
  type ExportedEntry,
  type ReadAudit,
  type ReadEntry,
} from "./inspect/read-audit.ts";

/**
 * Opens a store only to ask questions of it: no executor, no scheduler, no user code. Beside `engine.ts` the only place
 * that names a concrete store, so that a list of runs starts as fast as the process itself.
 *
 * Throws `store-newer`, `store-damaged`, `store-not-writable`, `store-unavailable`, `store-url-not-valid`.
 */
export function openReader(options: Pick<EngineOptions, "root" | "store"> = {}): {
  readonly inspect: Inspect;
  close(): void;
} {
  const root = resolve(options.root ?? ".ligase");
  const store =
    options.store === undefined ? openSqliteStore(storePath(root)) : openPostgresStore(options.store);
  return {
    inspect: createInspect(store, createTextReader(join(root, "values"))),
    close: () => store.close(),
  };
}
