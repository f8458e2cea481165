import { LigaseError, hashText } from "@ligase/sdk/values";
import type { FileStore } from "../ports/file-store.ts";

/** Texts longer than this are files, and a row holds `@` and their hash (C13). */
const INLINE_LIMIT = 16_384;

type LargeTexts = Pick<FileStore, "putText" | "getText">;

/** What a row holds for a text. */
export function toRowText(text: string, files: LargeTexts): string {
  if (text.length <= INLINE_LIMIT) return text;
  const hash = hashText(text);
  files.putText(hash, text);
  return `@${hash}`;
}

/** The text that a row stands for. Throws `value-not-decodable` when its file is gone. */
export function fromRowText(row: string, files: Pick<LargeTexts, "getText">): string {
  if (!row.startsWith("@")) return row;
  const text = files.getText(row.slice(1));
  if (text === null)
    throw new LigaseError("value-not-decodable", { reason: "the file of a large value is gone" });
  return text;
}

/** Whether the text of a row can be read: a large value's file may have been deleted. */
export const hasRowText = (row: string, files: Pick<LargeTexts, "getText">): boolean =>
  !row.startsWith("@") || files.getText(row.slice(1)) !== null;
