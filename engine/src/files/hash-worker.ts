import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** What the pool asks for. */
export interface HashRequest {
  readonly path: string;
}

/** What a worker answers: the digest and how many bytes were read, or the system's error. */
export type HashAnswer =
  | { readonly ok: true; readonly digest: string; readonly bytesRead: number }
  | { readonly ok: false; readonly code: string | null; readonly message: string };

/** Memory of a worker does not depend on the size of the file. */
const chunk = Buffer.allocUnsafeSlow(1024 * 1024);

parentPort?.on("message", (request: HashRequest) => parentPort?.postMessage(answer(request)));

function answer(request: HashRequest): HashAnswer {
  try {
    return { ok: true, ...digestOf(request.path) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

function digestOf(path: string): { digest: string; bytesRead: number } {
  const file = openSync(path, "r");
  try {
    const hash = createHash("sha256");
    let bytesRead = 0;
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      hash.update(count === chunk.length ? chunk : chunk.subarray(0, count));
      bytesRead += count;
    }
    return { digest: "sha256:" + hash.digest("hex"), bytesRead };
  } finally {
    closeSync(file);
  }
}
