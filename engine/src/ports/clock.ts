/** Time from outside, so that tests and the simulator own it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once at or after `atMs`; the returned function takes it back. */
  at(atMs: number, callback: () => void): () => void;
}
