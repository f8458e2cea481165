import { createHash } from "node:crypto";

/** Hash of the content of a file: of its bytes, or of its text. */
export const contentHash = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("base64url");
