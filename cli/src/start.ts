import { main } from "./main.ts";
import { processWorld } from "./process-world.ts";

/** Whatever happens, nobody is left without a cursor. */
const SHOW_CURSOR = "\u001B[?25h";

/** Runs the program in this process, and leaves its exit code. */
export async function start(argv: readonly string[]): Promise<void> {
  endQuietlyWithoutReader(process.stdout);
  endQuietlyWithoutReader(process.stderr);
  if (process.stdout.isTTY) process.once("exit", () => process.stdout.write(SHOW_CURSOR));
  process.exitCode = await main(argv, processWorld());
}

/** `ligase runs | head -1` closes our output early: that is no error. */
function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
