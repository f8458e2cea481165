import { isLigaseError } from "@ligase/sdk/values";

/**
 * For what is looked at again and again: a store that does not answer now, such as a server that is away, is asked again
 * at the next look. Faults of ours are thrown.
 */
export function untilNextLook<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    return undefined;
  }
}
