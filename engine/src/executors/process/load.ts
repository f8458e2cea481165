/** Jobs are watched for so long before they tell how many children they need. */
const WATCH_MS = 20;
/** What it costs the engine to hand a job over: children that run jobs faster wait for it, and need no help. */
const HAND_OVER_MS = 0.05;
/** Share of its time that a busy child spends in bodies. */
const BUSY = 0.5;

/** How busy children are with user code: starting one more costs as much as thousands of the shortest jobs. */
export class Load {
  #sinceMs = 0;
  #bodiesMs = 0;
  #jobs = 0;

  ended(wallMs: number): void {
    this.#bodiesMs += wallMs;
    this.#jobs++;
  }

  /** How many children the jobs of the last moments would keep busy; `children` that ran them, if they tell no more. */
  usefulChildren(children: number, nowMs: number): number {
    const watchedMs = nowMs - this.#sinceMs;
    if (watchedMs < WATCH_MS) return children;
    const share = this.#bodiesMs / (watchedMs * children);
    const meanMs = this.#bodiesMs / Math.max(1, this.#jobs);
    this.restart(nowMs);
    return share < BUSY ? children : Math.max(children, Math.ceil(meanMs / HAND_OVER_MS));
  }

  restart(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#bodiesMs = 0;
    this.#jobs = 0;
  }
}
