import type { LaunchOptions } from "../ports/engine.ts";

/** Launches a run; `also` is part of the transaction that makes it. */
export type Launch = (options: LaunchOptions, also: (run: string) => void) => Promise<unknown>;

/** Thrown inside the transaction that would launch a second run for a message. */
export class LaunchedBefore extends Error {}
