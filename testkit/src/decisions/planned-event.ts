/* Events that gates of random graphs wait for: each has a key of what it is about and the number that its gate shows. */

export const ABOUT = ["order", "sample"] as const;
export type About = (typeof ABOUT)[number];

/** Nobody waits for that. */
export const UNAWAITED = "nothing";

export const keyOf = (about: string, x: number): string => `${about}:${x}`;

export const aboutOf = (key: string): string => key.split(":")[0] ?? "";

/** The number that a gate shows which waits for a key. */
export const numberIn = (key: string): number => Number(key.split(":")[1]);

/** What publishers intend under a key: equal gates get what is alike, whoever publishes it. */
export const intendedPayload = (key: string): number =>
  Math.abs(numberIn(key) * 31 + ABOUT.findIndex((about) => about === aboutOf(key)) * 7 + 3) % 12;
