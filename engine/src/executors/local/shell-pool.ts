import type { RunningScript } from "./running-script.ts";
import { WarmShell } from "./warm-shell.ts";
import { Watchdog } from "./watchdog.ts";

/** Shells kept without work; a burst of light scripts makes more, which go when they are done. */
const IDLE_SHELLS = 8;

/** A shell and the script that it serves. */
export class PooledShell {
  readonly process: WarmShell;
  #script: RunningScript | null = null;
  #gone = false;

  constructor(onGone: (shell: PooledShell) => void) {
    this.process = new WarmShell({
      started: (group) => this.#script?.started(group),
      leftBehind: () => this.#script?.leftBehind(),
      ended: (status, usage) => this.#script?.ended(status, usage),
      gone: (reason) => {
        if (this.#gone) return;
        this.#gone = true;
        onGone(this);
        this.#script?.gone(reason);
      },
    });
  }

  get script(): RunningScript | null {
    return this.#script;
  }

  get gone(): boolean {
    return this.#gone;
  }

  serve(script: RunningScript | null): void {
    this.#script = script;
  }
}

/** Warm shells, made when they are needed. The watchdog knows of each from before its first script. */
export class ShellPool {
  readonly #watchdog = new Watchdog();
  readonly #all = new Set<PooledShell>();
  readonly #idle: PooledShell[] = [];

  take(): PooledShell {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const shell = new PooledShell((gone) => this.#forget(gone));
    this.#all.add(shell);
    if (shell.process.pid !== null) this.#watchdog.add(shell.process.pid);
    return shell;
  }

  giveBack(shell: PooledShell): void {
    shell.serve(null);
    if (shell.gone) return;
    if (this.#idle.length < IDLE_SHELLS) this.#idle.push(shell);
    else shell.process.close();
  }

  /** The session of each shell, and the script that runs in it. */
  sessions(): readonly (readonly [number, RunningScript | null])[] {
    return [...this.#all].flatMap((shell) =>
      shell.process.pid === null ? [] : [[shell.process.pid, shell.script] as const],
    );
  }

  /** Lets all shells exit. */
  close(): void {
    for (const shell of this.#all) shell.process.close();
    this.#watchdog.close();
  }

  #forget(shell: PooledShell): void {
    this.#all.delete(shell);
    const index = this.#idle.indexOf(shell);
    if (index >= 0) this.#idle.splice(index, 1);
    if (shell.process.pid !== null) this.#watchdog.remove(shell.process.pid);
  }
}
