import { LigaseError } from "@ligase/sdk";
import type { LaunchOnce, RunStore } from "../ports/store.ts";

/** Throws `launched-before` or `idempotency-key-taken` when the key launched a run already. */
export function refuseLaunchedBefore(
  runs: Pick<RunStore, "launchedWith">,
  { key, request }: LaunchOnce,
): void {
  const before = runs.launchedWith(key);
  if (before === null) return;
  const { run } = before;
  throw new LigaseError(before.request === request ? "launched-before" : "idempotency-key-taken", { run });
}

/**
 * Gives the key to a run, in the transaction that makes it: of two engines that launch in the same instant the store lets
 * one. Throws as above, and then nothing of the run is written.
 */
export function launchOnce(
  runs: Pick<RunStore, "launches" | "launchedWith">,
  once: LaunchOnce,
  run: string,
): void {
  if (!runs.launches(once, run)) refuseLaunchedBefore(runs, once);
}
