import { LigaseError } from "@ligase/sdk/values";
import type { Problem } from "./protocol.ts";

/** What the store throws for a problem; `path` is the place as people may see it. */
export function storeError(problem: Problem, path: string): Error {
  switch (problem.kind) {
    case "unavailable":
      return new LigaseError("store-unavailable", { path, reason: problem.reason });
    case "lost":
      return new LigaseError("store-lost-writes", { path, commits: problem.commits });
    case "newer":
      return new LigaseError("store-newer", { path, version: problem.version, known: 0 });
    case "sql":
      return sqlError(problem.code, problem.reason, path);
  }
}

function sqlError(code: string, reason: string, path: string): Error {
  switch (code) {
    case LOCK_NOT_AVAILABLE:
    case DEADLOCK:
    case QUERY_CANCELED:
      return new LigaseError("store-busy", { path });
    case DISK_FULL:
      return new LigaseError("store-disk-full", { path });
    case READ_ONLY:
    case NO_PRIVILEGE:
    case NO_SCHEMA_PRIVILEGE:
      return new LigaseError("store-not-writable", { path, reason });
    default:
      return Object.assign(new Error(reason), { code });
  }
}

/** SQLSTATE codes that have a meaning of their own here. */
const [LOCK_NOT_AVAILABLE, DEADLOCK, QUERY_CANCELED] = ["55P03", "40P01", "57014"];
const [DISK_FULL, READ_ONLY, NO_PRIVILEGE, NO_SCHEMA_PRIVILEGE] = ["53100", "25006", "42501", "3F000"];
