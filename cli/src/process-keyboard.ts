import { readKeys } from "./keys.ts";
import type { Keyboard } from "./world.ts";

/** Keys come one by one (raw mode) only while somebody listens; else the terminal behaves as ever. */
export function keyboardOf(stdin: NodeJS.ReadStream): Keyboard {
  return {
    listen(onKey) {
      const onData = (chunk: Buffer): void => readKeys(chunk.toString("utf8")).forEach(onKey);
      const restore = (): void => void stdin.setRawMode(false);
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.resume();
      process.once("exit", restore);
      return () => {
        process.off("exit", restore);
        stdin.off("data", onData);
        stdin.pause();
        restore();
      };
    },
  };
}
