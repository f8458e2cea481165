import type { Area, Fault } from "./faults.ts";
import { simulate, type Simulated } from "./simulation.ts";

export interface Minimal {
  /** Faults that the seed has and that the broken rule does not need. */
  readonly off: ReadonlySet<Fault>;
  readonly result: Simulated;
  readonly trace: readonly string[];
}

/** Switches off one fault after another, as long as the seed breaks the same rule without it. */
export async function minimise(seed: number, areas: readonly Area[]): Promise<Minimal> {
  const first = await simulate(seed, { areas });
  const off = new Set<Fault>();
  for (const fault of first.faults) {
    const { broken } = await simulate(seed, { areas, off: new Set([...off, fault]) });
    if (broken?.rule === first.broken?.rule) off.add(fault);
  }
  const trace: string[] = [];
  const result = await simulate(seed, { areas, off, trace: (line) => trace.push(line) });
  return { off, result, trace };
}
