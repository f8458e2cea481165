import { task, type TaskOptions, type z } from "@ligase/sdk";

type Shape = Readonly<Record<string, z.ZodType>>;

/** A running call of a puppet task: its body waits until the test ends it. */
export interface PuppetCall {
  readonly task: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** From 1. */
  readonly attempt: number;
  readonly abortSignal: AbortSignal;
  succeed(value: unknown): void;
  fail(message: string): void;
}

/**
 * Tasks whose calls a test takes one by one and ends in the order it wants: order without sleeps. One for a test file;
 * `reset` between tests.
 */
export class Puppets {
  /** What happened: `+ name(args)` when a body began, `- name(args)` when it was ended. */
  readonly log: string[] = [];
  readonly #waiting: PuppetCall[] = [];
  readonly #takers: { readonly name: string | null; readonly take: (call: PuppetCall) => void }[] = [];

  /** Makes a puppet task; it runs inside the engine's process. */
  task<const I extends Shape, O extends z.ZodType>(
    declaration: { readonly name: string; readonly input: I; readonly output: O } & TaskOptions,
  ) {
    const { name } = declaration;
    return task({ light: true, version: "puppet", ...declaration }, (args, { attempt, abortSignal }) =>
      this.#run({ task: name, args, attempt, abortSignal }),
    );
  }

  /** The next call of a task (or of any) that was not taken yet, now or when it comes. */
  nextCall(name: string | null = null): Promise<PuppetCall> {
    const index = this.#waiting.findIndex((call) => name === null || call.task === name);
    const [call] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (call !== undefined) return Promise.resolve(call);
    return new Promise((take) => {
      this.#takers.push({ name, take });
    });
  }

  /** Calls of a task that run and were not taken. */
  waiting(name: string): readonly PuppetCall[] {
    return this.#waiting.filter((call) => call.task === name);
  }

  /** How many calls of a task began since the last `reset`. */
  begun(name: string): number {
    return this.log.filter((line) => line.startsWith(`+ ${name}(`)).length;
  }

  reset(): void {
    this.log.length = 0;
    this.#waiting.length = 0;
    this.#takers.length = 0;
  }

  #run(about: Pick<PuppetCall, "task" | "args" | "attempt" | "abortSignal">): Promise<never> {
    const shown = `${about.task}(${Object.values(about.args)
      .map((arg) => JSON.stringify(arg))
      .join(", ")})`;
    this.log.push(`+ ${shown}`);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.log.push(`- ${shown}`);
        settle();
      };
      about.abortSignal.addEventListener("abort", () => reject(about.abortSignal.reason as Error));
      this.#offer({
        ...about,
        succeed: (value) => end(() => resolve(value as never)),
        fail: (message) => end(() => reject(new Error(message))),
      });
    });
  }

  #offer(call: PuppetCall): void {
    const index = this.#takers.findIndex(({ name }) => name === null || name === call.task);
    const [taker] = index < 0 ? [] : this.#takers.splice(index, 1);
    if (taker === undefined) this.#waiting.push(call);
    else taker.take(call);
  }
}
