// Brings the lock file in line with the package.json files: `npm run lock`, after a change of dependencies.
// `npm ci` refuses a lock file that leaves out an optional package, and npm leaves out those (binaries for other
// platforms) that the registry at hand does not have; they are listed here by what their names say.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, "..");
const LOCK_FILE = join(ROOT, "package-lock.json");
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(gnu|musl))?/;

execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts"], { cwd: ROOT, stdio: "inherit" });

const lock = JSON.parse(readFileSync(LOCK_FILE, "utf8")) as { packages: Record<string, LockedPackage> };
const added = Object.values(lock.packages)
  .flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies))
  .filter(([name]) => !Object.hasOwn(lock.packages, `node_modules/${name}`))
  .map(([name, version]) => [`node_modules/${name}`, placeholder(name, version)] as const);

const packages = [...Object.entries(lock.packages), ...added].toSorted(byPath);
writeFileSync(LOCK_FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(
  `The lock file lists ${packages.length} packages, ${added.length} of them unknown to this registry.`,
);

function placeholder(name: string, version: string): LockedPackage {
  const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`No platform in the name of ${name}.`);
  return {
    version,
    cpu: [cpu],
    dev: true,
    ...(os === "linux" && libc !== undefined ? { libc: [libc === "gnu" ? "glibc" : libc] } : {}),
    optional: true,
    os: [os],
  } as LockedPackage;
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a.localeCompare(b, "en");
}
