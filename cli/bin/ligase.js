#!/usr/bin/env node
// The program `ligase`. Any Node can read this file: one that is too old says so, or hands over to one that is not.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (/^(--version|-v)$/.test(process.argv[2] ?? "")) showVersion();
else if (major > 22 || (major === 22 && minor >= 18)) void start();
else void import("./newer-node.js").then(({ handOver }) => handOver(fileURLToPath(import.meta.url)));

function showVersion() {
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  );
  console.log(`ligase ${manifest.version}`);
}

async function start() {
  await enableCompileCache();
  hideNotesOnNode();
  const program = await import("../src/start.ts");
  await program.start(process.argv.slice(2));
}

/** In a folder of the user's own: Node's default is in the common temp folder, where another may have put something. */
async function enableCompileCache() {
  const { compileCacheFolder } = await import("@ligase/engine/compile-cache");
  const folder = compileCacheFolder();
  if (folder !== null) process.getBuiltinModule("node:module").enableCompileCache(folder);
}

/** Node says of SQLite and of type stripping that they are experimental; that tells a user nothing. Other warnings pass. */
function hideNotesOnNode() {
  const emit = process.emitWarning.bind(process);
  /** @type {(warning: string | Error, ...rest: never[]) => void} */
  const filtered = (warning, ...rest) => {
    const text = typeof warning === "string" ? warning : warning.message;
    const isNote =
      rest[0] === "ExperimentalWarning" && /SQLite|Type Stripping|stripTypeScriptTypes/i.test(text);
    if (!isNote) emit(warning, ...rest);
  };
  process.emitWarning = filtered;
}
