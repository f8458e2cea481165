/** A simulated process, from its start to its death. */
export interface Life {
  readonly name: string;
  isAlive: boolean;
  /** Nothing of it happens before this time: it was stopped, or waits for a slow disk. */
  pausedUntilMs: number;
  /**
   * It slept while others served: until it notices, it may start what they took over, for nothing but the store is fenced.
   */
  isOutrun: boolean;
}

/** Thrown where a simulated process dies: nothing of it may have an effect after that. */
export class Death extends Error {
  constructor(life: Life) {
    super(`${life.name} is dead`);
  }
}

/** Throws when the process is dead: what runs on in the host has no effect any more. */
export function checkAlive(life: Life): void {
  if (!life.isAlive) throw new Death(life);
}

/** A rule that did not hold. */
export class BrokenRule extends Error {
  readonly rule: string;

  constructor(rule: string, what: string) {
    super(`${rule}: ${what}`);
    this.rule = rule;
  }
}
