import { editDistance } from "@ligase/sdk/internal";

/** Up to three of the known names that are most like a name that is not among them, best first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const limit = Math.max(2, Math.ceil(name.length / 4));
  return known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((each) => each.distance <= limit || stem(each.candidate) === stem(name))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((each) => each.candidate);
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, "").toLowerCase();
