import type { Beside } from "./alternate.ts";
import type { Line } from "./row.ts";

/* Lines from what was measured. */

interface Named {
  readonly name: string;
  readonly durability: Line["durability"];
}

/** So many of something per second, beside a peer or a floor that did as many. */
export function rateLine(
  named: Named & { readonly unit: string; readonly peer: string },
  count: number,
  beside: Beside,
): Line {
  const { seconds, peerSeconds, ratio } = beside;
  return {
    ...named,
    value: Math.round(count / seconds),
    peerValue: Math.round(count / peerSeconds),
    ratio: rounded(ratio),
  };
}

/** A time, beside the peer's. */
export function timeLine(
  named: Named & { readonly peer: string },
  { seconds, peerSeconds, ratio }: Beside,
): Line {
  return {
    ...named,
    unit: "s",
    value: rounded(seconds),
    peerValue: rounded(peerSeconds),
    ratio: rounded(ratio),
  };
}

/** What should be little, in any unit, beside a peer's or a target. */
export function costLine(
  named: Named & { readonly unit: string; readonly peer: string },
  value: number,
  peerValue: number,
): Line {
  return {
    ...named,
    value: rounded(value),
    peerValue: rounded(peerValue),
    ratio: rounded(peerValue / value),
  };
}

/** A figure that stands beside nothing. */
export function plainLine(named: Named & { readonly unit: string }, value: number): Line {
  return { ...named, value: rounded(value), peer: null, peerValue: null, ratio: null };
}

export const rounded = (value: number): number => Number(value.toPrecision(3));
