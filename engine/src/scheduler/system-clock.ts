import type { Clock } from "../ports/clock.ts";

/** Longest wait that a host timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  at(atMs, callback) {
    let timer: NodeJS.Timeout;
    // A timer may be days away, longer than the host counts; it is looked at again when the host's is over.
    const arm = (): void => {
      timer = setTimeout(
        () => (Date.now() >= atMs ? callback() : arm()),
        Math.max(0, Math.min(atMs - Date.now(), LONGEST_MS)),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
  soon(callback) {
    setImmediate(callback);
  },
};
