import type { hash } from "node:crypto";

/**
 * A hash of canonical text: `1:` names the codec version and algorithm (canonical form 1, SHA-256), then base64url.
 * Changing either means a new number, so that old and new hashes never meet.
 */
export type Hash = string;

let nativeHash: typeof hash | undefined;

/** Hashes canonical text (C13). */
export function hashText(text: string): Hash {
  // Loaded for the first text: it is the largest part of Node, and who lists runs hashes nothing.
  nativeHash ??= process.getBuiltinModule("node:crypto").hash;
  return "1:" + nativeHash("sha256", text, "base64url");
}
