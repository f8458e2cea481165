import { open, type FileHandle } from "node:fs/promises";
import { longestForm, type Masker } from "./mask.ts";

/** How much of the end of a log goes into an error. */
const TAIL_LINES = 20;
const TAIL_BYTES = 4096;

/** The last lines of a log, masked: at most 20 lines and 4 KiB, read from the end of the file. Empty when there is none. */
export async function logTail(path: string, masker: Masker): Promise<string> {
  const text = masker.mask(await readEnd(path, TAIL_BYTES + longestForm(masker) + 1));
  // Cut after masking: a cut through a secret would leave a part of it unknown to the masker.
  const lines = lastBytes(text, TAIL_BYTES).trimEnd().split("\n");
  return lines.slice(-TAIL_LINES).join("\n");
}

async function readEnd(path: string, bytes: number): Promise<string> {
  const file = await openIfThere(path);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    // A script that could not be started has no log; its error says so by itself.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The end of a text, from the beginning of a line where the cut leaves one. */
function lastBytes(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  const cut = whole.subarray(whole.length - bytes).toString("utf8");
  const lineStart = cut.indexOf("\n") + 1;
  return lineStart < cut.length ? cut.slice(lineStart) : cut;
}
