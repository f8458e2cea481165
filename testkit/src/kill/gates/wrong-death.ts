import type { Death } from "../life.ts";

/** What a service says of a request that failed for no reason that it knows. */
const FAILED = /^\{"kind":"failed".*$/m;

/** How a host died otherwise than by a kill or when its work was done. */
export function wrongDeath({ by, code, said }: Death): readonly string[] {
  const [failed] = FAILED.exec(said) ?? [];
  if (failed !== undefined) return [failed];
  if (by === "kill" || code === 0) return [];
  return [by === "hang" ? "it did not end" : `it ended with exit code ${code}: ${said}`];
}
