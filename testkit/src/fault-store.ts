import type { FileIdentity } from "@ligase/engine/testing";
import type { Store } from "@ligase/engine/testing";

export interface FaultOptions {
  /** Number of the write, from 1, in which and after which `strike` is called; 0 for never. */
  readonly fromWrite: number;
  /** Dies, or throws what the store should seem to throw. */
  readonly strike: () => void;
}

/** A store that stands before another and counts its writes. */
export interface FaultyStore extends Store {
  /** Write transactions so far; giving numbers to texts (`taskId`, `setId`) does not count. */
  readonly writes: () => number;
}

/**
 * A store in which a fault strikes in the n-th write: in a transaction after all its writes and before it is committed,
 * so that nothing of it may be seen afterwards. A run that is killed at every n and resumed shows R3 and R5.
 */
export function faultyStore(store: Store, { fromWrite, strike }: FaultOptions): FaultyStore {
  let writes = 0;
  let isInside = false;
  const count = (): void => {
    if (++writes >= fromWrite && fromWrite > 0) strike();
  };
  const single = <A extends readonly unknown[], R>(write: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      if (!isInside) count();
      return write(...args);
    };
  };
  const { runs, files } = store;
  return {
    ...store,
    writes: () => writes,
    commit(durability, write) {
      store.commit(durability, () => {
        isInside = true;
        try {
          write();
        } finally {
          isInside = false;
        }
        count();
      });
    },
    runs: { ...runs, lease: single((...asked: Parameters<typeof runs.lease>) => runs.lease(...asked)) },
    files: { ...files, put: single((identity: FileIdentity) => files.put(identity)) },
  };
}
