import { isLigaseError } from "@ligase/sdk";
import type { ClientsWorld } from "./clients-world.ts";
import { Death } from "./life.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";

/** What somebody outside was answered: the code by which it was refused, or nothing when whoever was asked died. */
export type Asked<T> =
  | { readonly kind: "answer"; readonly value: T }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "unanswered" };

/** Asks an engine for something that it answers at once. */
export function ask<T>(
  { life, engine }: SimulatedEngine,
  what: (engine: SimulatedEngine["engine"]) => T,
): Asked<T> {
  try {
    const value = what(engine);
    return life.isAlive ? { kind: "answer", value } : { kind: "unanswered" };
  } catch (error) {
    if (error instanceof Death || !life.isAlive) return { kind: "unanswered" };
    if (!isLigaseError(error)) throw error;
    return { kind: "refused", code: error.code };
  }
}

/** Answers of a machine that fails: nothing is known of what came of it but that it is all or nothing. */
export const isOfMachine = (code: string): boolean => code === "store-disk-full";

/** What somebody outside does after a time, while the world stands. */
export function later(
  { time }: ClientsWorld,
  delayMs: number,
  what: { label: string; run: () => void },
): void {
  time.in(delayMs, { life: null, ...what });
}
