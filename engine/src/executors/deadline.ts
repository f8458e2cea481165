/** Longest wait that a timer of the host takes: one that is given more ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back after a time, however long; gives what prevents it. */
export function afterMs(delayMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const isLast = leftMs <= LONGEST_MS;
    timer = setTimeout(() => (isLast ? callback() : arm(leftMs - LONGEST_MS)), isLast ? leftMs : LONGEST_MS);
  };
  arm(delayMs);
  return () => clearTimeout(timer);
}
