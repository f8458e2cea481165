import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Seeded } from "../seeded.ts";
import { PAGE, type FileNode, type FolderNode, type ModelDisk, type NameState, type Node } from "./disk.ts";

/** What becomes of what was not sure: all lost, all there, or each by itself. */
export type Fate = "lost" | "kept" | "either";

/**
 * Writes the disk as it may be after a power cut in place of what is in a folder.
 *
 * @param fate of all that was not sure; by the seed when it is not given
 */
export function writeAfterCut(disk: ModelDisk, folder: string, seeded: Seeded, fate?: Fate): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  const cut = new Cut(seeded, fate);
  cut.keepRenamed(disk);
  cut.write(disk.root, folder);
}

/** One outcome of a power cut: a state for each name, page and size that was not sure. */
class Cut {
  readonly #seeded: Seeded;
  readonly #names: Fate;
  readonly #bytes: Fate;
  readonly #chosen = new Map<FolderNode, Map<string, NameState>>();

  constructor(seeded: Seeded, fate?: Fate) {
    this.#seeded = seeded;
    this.#names = fate ?? seeded.one(["lost", "kept", "either", "either"]);
    this.#bytes = fate ?? seeded.one(["lost", "either", "either"]);
  }

  /** A file whose old name is gone has its new one. */
  keepRenamed({ renamings }: ModelDisk): void {
    for (const { step, from, to } of renamings) {
      const isGone = (this.#stateOf(from.folder, from.name)?.step ?? step) >= step;
      const arrived = this.#stateOf(to.folder, to.name);
      if (!isGone || arrived === null || arrived.step >= step) continue;
      const state = to.folder.names.get(to.name)?.find((later) => later.step >= step);
      if (state !== undefined) this.#chosen.get(to.folder)?.set(to.name, state);
    }
  }

  write(folder: FolderNode, path: string): void {
    for (const name of folder.names.keys()) {
      // The index of the log lives in memory; it is made anew.
      if (name.endsWith("-shm")) continue;
      const node = this.#stateOf(folder, name)?.node ?? null;
      if (node !== null) this.#writeNode(node, join(path, name));
    }
  }

  #writeNode(node: Node, path: string): void {
    switch (node.kind) {
      case "folder":
        mkdirSync(path);
        return this.write(node, path);
      case "link":
        return symlinkSync(node.to, path);
      case "file":
        return writeFileSync(path, this.#contentOf(node));
    }
  }

  #contentOf(file: FileNode): Buffer {
    const content = Buffer.alloc(this.#choose(file.sizes, this.#bytes));
    for (const [page, states] of file.pages)
      if (page * PAGE < content.length) this.#choose(states, this.#bytes).copy(content, page * PAGE);
    return content;
  }

  /** What stands under a name after the cut; null when it was removed for sure. */
  #stateOf(folder: FolderNode, name: string): NameState | null {
    const states = folder.names.get(name);
    if (states === undefined) return null;
    const names = this.#chosen.get(folder) ?? new Map<string, NameState>();
    this.#chosen.set(folder, names);
    const state = names.get(name) ?? this.#choose(states, this.#names);
    names.set(name, state);
    return state;
  }

  #choose<T>(states: readonly T[], fate: Fate): T {
    if (fate === "either") return this.#seeded.one(states);
    return states.at(fate === "lost" ? 0 : -1) as T;
  }
}
