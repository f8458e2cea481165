import { isPrintableLine } from "../values/printable.ts";

/** What begins the keys of files that are waited for; a path or pattern follows. */
export const FILE_KEY = "file:";

const LONGEST_KEY = 1_000;

/** Why a value is no key of an event, or null when it is one. */
export function eventKeyProblem(key: unknown): string | null {
  if (typeof key !== "string") return "its key is not text";
  if (key === "") return "its key is empty";
  if (key.length > LONGEST_KEY) return `its key is longer than ${LONGEST_KEY} characters`;
  return isPrintableLine(key) ? null : "its key is not one line of printable text";
}
