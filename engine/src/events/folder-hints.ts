import { watch, type FSWatcher } from "node:fs";

/**
 * Tells that something may have happened in a folder. It is a hint alone: systems miss changes, and some tell none, so who
 * is told also looks from time to time.
 */
export class FolderHints {
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly told: Set<() => void> }>();

  /** Calls back until the returned function is called; never, where the system cannot tell. */
  watch(folder: string, told: () => void): () => void {
    const one = this.#watchers.get(folder) ?? this.#begin(folder);
    if (one === null) return () => undefined;
    // Its own, so that one who watches twice is two.
    const listener = (): void => told();
    one.told.add(listener);
    return () => {
      one.told.delete(listener);
      if (one.told.size > 0) return;
      one.watcher.close();
      if (this.#watchers.get(folder) === one) this.#watchers.delete(folder);
    };
  }

  close(): void {
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #begin(folder: string): { readonly watcher: FSWatcher; readonly told: Set<() => void> } | null {
    const told = new Set<() => void>();
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        for (const listener of Array.from(told)) listener();
      });
      const one = { watcher, told };
      // The folder went away, or there are too many watches: those who look find out.
      watcher.on("error", () => {
        watcher.close();
        if (this.#watchers.get(folder) === one) this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, one);
      return one;
    } catch {
      return null;
    }
  }
}
