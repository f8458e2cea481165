import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "../measuring/installed.ts";
import { NPM_PEERS, PYTHON_PEERS } from "./versions.ts";

/** Where the peers live: outside the repository, and kept for the next time. */
export const SCRATCH = join(tmpdir(), "ligase-bench-peers");

/**
 * Installs the Python peers in a virtual environment, if they are not there in these versions, and gives the folder of
 * their programs.
 */
export function installPythonPeers(): string {
  const folder = join(SCRATCH, "python");
  const wanted = Object.entries(PYTHON_PEERS).map(([name, version]) => `${name}==${version}`);
  installOnce(folder, wanted, () => {
    execFileSync("python3", ["-m", "venv", folder], { stdio: ["ignore", 2, 2] });
    const pip = join(folder, "bin/pip");
    execFileSync(pip, ["install", "--quiet", ...wanted], { stdio: ["ignore", 2, 2] });
  });
  return join(folder, "bin");
}

/** The same for the npm peers; gives the project whose `node_modules` has them. Their install scripts do not run. */
export function installNpmPeers(): string {
  const folder = join(SCRATCH, "npm");
  const wanted = Object.entries(NPM_PEERS).map(([name, version]) => `${name}@${version}`);
  installOnce(folder, wanted, () => {
    writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
    npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", ...wanted], folder);
  });
  return folder;
}

/** A list beside what was installed says that it is complete, and in which versions. */
function installOnce(folder: string, wanted: readonly string[], install: () => void): void {
  const list = join(folder, "installed.txt");
  const text = `${wanted.join("\n")}\n`;
  if (existsSync(list) && readFileSync(list, "utf8") === text) return;
  console.error(`Installing ${wanted.join(", ")} in ${folder} ...`);
  mkdirSync(folder, { recursive: true });
  install();
  writeFileSync(list, text);
}
