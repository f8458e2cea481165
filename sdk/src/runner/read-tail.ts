import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const TAIL_BYTES = 4096;

/** The last 4 KiB of a file as text, read from its end however large it is. */
export function readTail(path: string): string {
  const file = openSync(path, "r");
  try {
    return readTailOf(file);
  } finally {
    closeSync(file);
  }
}

/** The same of a file that is open; where others write in it does not change. */
export function readTailOf(file: number): string {
  const { size } = fstatSync(file);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(file, bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString("utf8");
}
