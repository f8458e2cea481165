/**
 * The known word that is most likely meant, or null where none is near. Small, and apart from the SDK's `nearestName`,
 * because a mistyped command is answered without loading the SDK.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = bare(word);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, bare(candidate)) }))
    .filter(({ candidate, distance }) => distance <= limit && distance < bare(candidate).length)
    .toSorted((one, other) => one.distance - other.distance);
  return ranked[0]?.candidate ?? null;
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[-_\s]/g, "");

/** Edits from one word to the other; a word that the other begins with is near. */
function distanceTo(wanted: string, candidate: string): number {
  if (wanted.length >= 2 && candidate.startsWith(wanted)) return 1;
  let row = Array.from({ length: candidate.length + 1 }, (_, column) => column);
  for (let i = 1; i <= wanted.length; i++) {
    const next = [i];
    for (let j = 1; j <= candidate.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (wanted[i - 1] === candidate[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[candidate.length] ?? 0;
}
