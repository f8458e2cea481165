import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORKSPACES = ["sdk", "engine", "server", "cli"] as const;

/** The published packages as a user has them: built, packed, and installed in a project of its own. */
export interface Installed {
  /** It has the folders `programs` and `workflows` of the benchmarks too, which find the packages there. */
  readonly project: string;
  /** The program, to be run with `process.execPath`. */
  readonly program: string;
}

let installed: Installed | undefined;

/**
 * Builds, packs and installs the packages once in this process; the folder goes when the process ends. Nothing is
 * downloaded: what they depend on comes from the repository's own `node_modules`.
 */
export function installBuilt(): Installed {
  installed ??= install();
  return installed;
}

function install(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "ligase-bench-installed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  run(process.execPath, [join(ROOT, "scripts/build.ts")], ROOT);
  const tarballs = WORKSPACES.map((workspace) => pack(join(ROOT, "build", workspace), folder));
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), `{ "private": true, "type": "module" }\n`);
  const flags = ["--offline", "--install-links", "--ignore-scripts", "--no-audit", "--no-fund"];
  npm(["install", ...flags, ...tarballs, ...foreignDependencies()], project);
  for (const own of ["programs", "workflows"])
    cpSync(join(ROOT, "benchmarks", own), join(project, own), { recursive: true });
  return { project, program: join(project, "node_modules/ligase/bin/ligase.js") };
}

function pack(from: string, to: string): string {
  const listed = JSON.parse(npm(["pack", "--json", "--pack-destination", to, from], to)) as unknown;
  const [packed] = Object.values(listed as Record<string, { readonly filename: string }>);
  return join(to, basename(packed?.filename ?? ""));
}

/** Folders of what the packages depend on beside each other, and of what that depends on. */
function foreignDependencies(): readonly string[] {
  const found = new Map<string, string>();
  const pending = WORKSPACES.map((workspace) => join(ROOT, workspace));
  for (const folder of pending) {
    const names = dependenciesOf(folder).filter((name) => !name.startsWith("@ligase/") && !found.has(name));
    for (const name of names) {
      const own = folderOf(name, folder);
      found.set(name, own);
      pending.push(own);
    }
  }
  return [...found.values()];
}

function dependenciesOf(folder: string): readonly string[] {
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies);
}

/** Where Node finds a package from another's folder; a package need not give its manifest away. */
function folderOf(name: string, from: string): string {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = places.map((place) => join(place, name)).find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${name} is not installed.`);
  return found;
}

/** Runs npm, the one that runs this where there is one. */
export function npm(args: readonly string[], cwd: string): string {
  const own = process.env["npm_execpath"] ?? "";
  return basename(own) === "npm-cli.js" ? run("node", [own, ...args], cwd) : run("npm", args, cwd);
}

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
