import { randomFrom } from "../alignment/simulate/random.ts";
import type { Cell } from "./model.ts";

/** Sites that send cells, numbered from 1. */
const SITES = 20;

interface Traffic {
  readonly seed: number;
  /** Which sites send: 5 percent is the first of twenty. */
  readonly percent: number;
  readonly cellsPerSite: number;
  /** Sites whose microscope measures everything a third too large. */
  readonly miscalibrated: readonly number[];
}

/** Cells as the sites would send them. The same seed gives the same cells, whichever sites send. */
export function cellsFrom({ seed, percent, cellsPerSite, miscalibrated }: Traffic): Cell[] {
  const sites = Array.from({ length: Math.ceil((SITES * percent) / 100) }, (_, index) => index + 1);
  return sites.flatMap((site) => {
    const random = randomFrom(seed, `site ${site}`);
    const scale = miscalibrated.includes(site) ? 4 / 3 : 1;
    return Array.from({ length: cellsPerSite }, () => {
      const isMalignant = random.next() < 0.4;
      const area = scale * ((isMalignant ? 90 : 60) + 8 * random.bell());
      const roughness = scale * ((isMalignant ? 5 : 3.5) + 0.8 * random.bell());
      return { site, area, roughness, isMalignant };
    });
  });
}
