import { encode, hashText } from "@ligase/sdk/values";

/** An entry of a chain, which says something and has the hash of that and of the hash before it. */
export interface ChainEntry {
  /** From 1, without gaps. */
  readonly number: number;
  readonly hash: string;
}

/** What an entry says, its number included. */
export type Said = Readonly<Record<string, unknown>>;

/** The hash of an entry that says something after an entry with a hash; of the first one it follows the empty text. */
export const chainHash = (before: string, said: Said): string => hashText(before + encode(said));

/** The number of the first entry that does not follow from those before it; null when the chain holds. */
export function firstBrokenOf<E extends ChainEntry>(
  entries: readonly E[],
  saidBy: (entry: E) => Said,
): number | null {
  let [before, number] = ["", 0];
  for (const entry of entries) {
    number++;
    if (entry.number !== number || entry.hash !== chainHash(before, saidBy(entry))) return number;
    before = entry.hash;
  }
  return null;
}
