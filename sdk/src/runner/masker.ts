import { StringDecoder } from "node:string_decoder";

/** Replaces secret values in text that leaves a job (core.md section 8). */
export type Mask = (text: string) => string;

export const MASKED = "***";

/** A mask for secret values; each line of a secret with several lines is masked by itself as well. */
export function createMask(secrets: Readonly<Record<string, string>>): Mask {
  const hidden = hiddenTexts(secrets);
  if (hidden.length === 0) return (text) => text;
  const pattern = new RegExp(hidden.map((text) => escapePattern(text)).join("|"), "g");
  return (text) => text.replace(pattern, MASKED);
}

/** Masks bytes that come in pieces: a secret that is cut by the border of two pieces is found all the same. */
export function createStreamMask(secrets: Readonly<Record<string, string>>): StreamMask {
  const mask = createMask(secrets);
  const longest = Math.max(0, ...hiddenTexts(secrets).map((text) => text.length));
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    push(bytes) {
      const text = mask(rest + decoder.write(bytes));
      const keep = Math.min(text.length, Math.max(0, longest - 1));
      rest = text.slice(text.length - keep);
      return text.slice(0, text.length - keep);
    },
    end: () => mask(rest + decoder.end()),
  };
}

/** `push` gives what is certain to hold no secret, `end` what is left. */
export interface StreamMask {
  push(bytes: Buffer): string;
  end(): string;
}

/** Masks every text in a structure of lists and records. */
export function maskDeep(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskDeep(item, mask)]));
}

/** Longest first, so that a secret within another does not leave a part of it readable. */
function hiddenTexts(secrets: Readonly<Record<string, string>>): readonly string[] {
  const texts = Object.values(secrets).flatMap((value) => [value, ...value.split(/\r?\n/).filter(isTelling)]);
  return [...new Set(texts)].filter((text) => text !== "").toSorted((a, b) => b.length - a.length);
}

/** A line of a key file hides; a line such as `{` would hide every brace of a log. */
const isTelling = (line: string): boolean => line.length >= 8;

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
