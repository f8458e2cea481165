import { open, type FileHandle } from "node:fs/promises";

/** Shorter values are not masked: they are no secrets, and masking them would spoil every text. */
const SHORTEST = 4;
const MASK = "***";
const CHUNK_BYTES = 1 << 20;

/** Replaces secrets in what leaves a job: errors, tails of logs, text outputs, log files. */
export interface Masker {
  /** The text with `***` for each secret. */
  readonly mask: (text: string) => string;
  /** Texts that are masked, longest first. */
  readonly forms: readonly string[];
}

/**
 * Makes the masker of a job's secrets. Masked are the values, each line of a value of several, and their forms in JSON,
 * URIs and base64; values of fewer than four characters are not.
 */
export function createMasker(secrets: Readonly<Record<string, string>>): Masker {
  const found = new Set(
    Object.values(secrets)
      .flatMap(formsOf)
      .filter((form) => form.length >= SHORTEST),
  );
  // Longest first: a secret that begins another one must not leave the rest of that to be read.
  const forms = [...found].toSorted((a, b) => b.length - a.length);
  if (forms.length === 0) return { mask: (text) => text, forms };
  const pattern = patternOf(forms);
  return { mask: (text) => text.replace(pattern, MASK), forms };
}

/** Bytes that a masked text can take, at most. */
export const longestForm = (masker: Masker): number =>
  Math.max(0, ...masker.forms.map((form) => Buffer.byteLength(form)));

/**
 * Overwrites secrets in a log file with asterisks, in place and in bounded memory. The kernel writes a script's output
 * straight to its file: while the script runs the file holds what it printed, readable by its owner only; this is done
 * as soon as it ended, so that whoever follows the file keeps following.
 */
export async function maskFile(path: string, masker: Masker): Promise<void> {
  if (masker.forms.length === 0) return;
  const file = await open(path, "r+");
  try {
    await maskOpenFile(file, masker);
  } finally {
    await file.close();
  }
}

async function maskOpenFile(file: FileHandle, masker: Masker): Promise<void> {
  // One byte is one character, so that positions in text are positions in the file.
  const pattern = patternOf(masker.forms.map((form) => Buffer.from(form).toString("latin1")));
  const overlap = longestForm(masker) - 1;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES + overlap);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    const last = bytesRead < buffer.length;
    const end = last ? bytesRead : bytesRead - overlap;
    const text = buffer.toString("latin1", 0, bytesRead);
    position += await maskRange(file, { text, position, end, pattern });
    if (last) return;
  }
}

/** Masks what begins before `end`; gives where to go on. */
async function maskRange(
  file: FileHandle,
  range: { readonly text: string; readonly position: number; readonly end: number; readonly pattern: RegExp },
): Promise<number> {
  let next = range.end;
  for (const { 0: secret, index } of range.text.matchAll(range.pattern)) {
    if (index >= range.end) break;
    await file.write("*".repeat(secret.length), range.position + index, "latin1");
    next = Math.max(next, index + secret.length);
  }
  return next;
}

function formsOf(secret: string): readonly string[] {
  const lines = secret.includes("\n") ? secret.split("\n") : [];
  return [secret, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
  ]);
}

const patternOf = (forms: readonly string[]): RegExp =>
  new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
