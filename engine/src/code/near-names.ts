/** Up to three of the known names that are most like a name that is not among them, best first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const limit = Math.max(2, Math.ceil(name.length / 4));
  return known
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((each) => each.distance <= limit || stem(each.candidate) === stem(name))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((each) => each.candidate);
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, "").toLowerCase();

/** How many letters must be put in, taken out or replaced to turn one word into the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
