import { LigaseError } from "@ligase/sdk/values";

/** The error of a failed read as the user's error; what is not about the file stays as it is. */
export function readError(cause: unknown, path: string): unknown {
  switch (errnoOf(cause)) {
    case "ENOENT":
    case "ENOTDIR":
      return new LigaseError("file-not-found", { path }, { cause });
    case "EACCES":
    case "EPERM":
    case "EIO":
    case "ELOOP":
    case "ESTALE":
    case "ENAMETOOLONG":
      return new LigaseError("file-not-readable", { path, reason: reasonOf(cause) }, { cause });
    default:
      return cause;
  }
}

/** The error of a failed write as the user's error; what is not about the place stays as it is. */
export function writeError(cause: unknown, path: string): unknown {
  switch (errnoOf(cause)) {
    case "ENOSPC":
    case "EDQUOT":
      return new LigaseError("disk-full", { path }, { cause });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "EIO":
    case "EISDIR":
    case "ENOENT":
    case "ENOTDIR":
    case "EEXIST":
    case "ELOOP":
    case "EFBIG":
    case "EMFILE":
    case "ENAMETOOLONG":
      return new LigaseError("file-not-writable", { path, reason: reasonOf(cause) }, { cause });
    default:
      return cause;
  }
}

/** The system's error code, such as `ENOENT`, or null. */
export function errnoOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** The system's words without the paths that Node adds: `permission denied`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (.+?),/.exec(message)?.[1] ?? message;
}
