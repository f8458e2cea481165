import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import type { AttemptContext } from "@ligase/sdk/internal";

/** Which job the code that runs now belongs to; also true of what a body started and did not wait for. */
export const currentJob = new AsyncLocalStorage<AttemptContext>();

/** Sends what user code prints to the log of its job; what belongs to no job goes where it went before. */
export function captureOutput(): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const target = process[stream];
    const original = target.write.bind(target) as (...args: readonly unknown[]) => boolean;
    const decoder = new StringDecoder("utf8");
    target.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      const job = currentJob.getStore();
      if (job === undefined) return original(chunk, ...rest);
      job.log.write(stream, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
      const done = rest.find((item) => typeof item === "function");
      if (done !== undefined) queueMicrotask(done as () => void);
      return true;
    };
  }
}
