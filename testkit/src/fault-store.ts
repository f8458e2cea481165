import type { Store } from "../../engine/src/ports/store.ts";

export interface FaultOptions {
  /** Number of the write, from 1, in which `strike` is called; 0 for none. */
  readonly atWrite: number;
  /** Dies, or throws what the store should seem to throw. */
  readonly strike: () => void;
}

/** A store that stands before another and counts its writes. */
export interface FaultyStore extends Store {
  /** Write transactions so far, those outside `commit` included. */
  readonly writes: () => number;
}

/**
 * A store in which a fault strikes in the n-th write: in a transaction after all its writes and before it is committed,
 * so that nothing of it may be seen afterwards. A run that is killed at every n and resumed shows R3 and R5.
 */
export function faultyStore(store: Store, { atWrite, strike }: FaultOptions): FaultyStore {
  let writes = 0;
  let isInside = false;
  const count = (): void => {
    if (++writes === atWrite) strike();
  };
  const single = <A extends readonly unknown[], R>(write: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      if (!isInside) count();
      return write(...args);
    };
  };
  const { calls, runs, files } = store;
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
    runs: { ...runs, lease: single(runs.lease) },
    calls: { ...calls, taskId: once(calls.taskId, single), setId: once(calls.setId, single) },
    files: { ...files, put: single(files.put) },
  };
}

type Single = <A extends readonly unknown[], R>(write: (...args: A) => R) => (...args: A) => R;

/** Interning writes only when a text is new. */
function once<A extends readonly string[]>(intern: (...args: A) => number, single: Single): (...args: A) => number {
  const known = new Map<string, number>();
  const writing = single(intern);
  return (...args) => {
    const id = known.get(args.join("\0")) ?? writing(...args);
    known.set(args.join("\0"), id);
    return id;
  };
}
