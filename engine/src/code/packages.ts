import { join, relative, sep } from "node:path";
import { hashText, type Hash } from "@ligase/sdk/internal";
import { foldersUpFrom, readJson, readManifest, type Manifest } from "./manifest.ts";
import type { Sources } from "./sources.ts";
import { LIGASE_PACKAGES } from "./specifier.ts";

interface LockEntry extends Manifest {
  readonly integrity?: string;
}

interface Lock {
  readonly folder: string;
  readonly entries: Readonly<Record<string, LockEntry>>;
}

/** Installed packages as they count: name, version, integrity in the lock file, and the same of all they depend on. */
export class Packages {
  readonly #sources: Sources;
  readonly #locks = new Map<string, Lock | null>();
  readonly #hashes = new Map<string, Hash>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The hash of an installed package and its dependencies, by its real folder. */
  hash(folder: string): Hash {
    let hash = this.#hashes.get(folder);
    if (hash === undefined) {
      hash = hashText(JSON.stringify(this.#describeAll(folder)));
      this.#hashes.set(folder, hash);
    }
    return hash;
  }

  /** One line for each package in the closure, sorted: the same set in any layout of folders is the same. */
  #describeAll(folder: string): readonly string[] {
    const installed = readManifest(folder, this.#sources);
    const lines = new Set([`${installed?.name} ${installed?.version}`]);
    const seen = new Set([folder]);
    for (const next of seen) {
      const manifest = this.#manifest(next);
      lines.add(`${manifest.name ?? nameOf(next)} ${manifest.version} ${manifest.integrity ?? ""}`);
      for (const name of dependenciesOf(manifest)) {
        if (LIGASE_PACKAGES.has(name)) continue;
        const found = this.#find(name, next);
        if (found !== null) seen.add(found);
      }
    }
    return [...lines].toSorted();
  }

  /** What the lock says of a package, else its own manifest. */
  #manifest(folder: string): LockEntry {
    const lock = this.#lockAbove(folder);
    return this.#entry(lock, folder) ?? readManifest(folder, this.#sources) ?? {};
  }

  #entry(lock: Lock | null, folder: string): LockEntry | undefined {
    return lock?.entries[relative(lock.folder, folder).replaceAll(sep, "/")];
  }

  #find(name: string, from: string): string | null {
    const lock = this.#lockAbove(from);
    for (const above of foldersUpFrom(from)) {
      if (above.endsWith(`${sep}node_modules`)) continue;
      const candidate = join(above, "node_modules", name);
      if (this.#entry(lock, candidate) !== undefined) return candidate;
      const real = this.#sources.realPath(candidate);
      if (real !== null) return real;
    }
    return null;
  }

  /** The lock file of the project in whose node_modules a package lies. */
  #lockAbove(folder: string): Lock | null {
    const end = folder.indexOf(`${sep}node_modules${sep}`);
    const root = end === -1 ? folder : folder.slice(0, end);
    let lock = this.#locks.get(root);
    if (lock === undefined) {
      lock = this.#readLock(root);
      this.#locks.set(root, lock);
    }
    return lock;
  }

  #readLock(folder: string): Lock | null {
    const value = readJson(join(folder, "package-lock.json"), this.#sources) as {
      packages?: Lock["entries"];
    } | null;
    return value?.packages === undefined ? null : { folder, entries: value.packages };
  }
}

const dependenciesOf = (manifest: Manifest): readonly string[] =>
  Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies });

const nameOf = (folder: string): string =>
  folder.slice(folder.lastIndexOf("node_modules") + "node_modules/".length);
