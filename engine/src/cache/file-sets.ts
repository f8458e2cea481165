import { decode, encode, isDir, isFile, type Dir, type File } from "@ligase/sdk/internal";
import type { CallStore } from "../ports/store.ts";

/** Interned sets of observed outside files (C8): files that a result refers to and that no job made. */
export class FileSets {
  readonly #calls: CallStore;
  readonly #files = new Map<number, readonly (File | Dir)[]>();

  constructor(calls: CallStore) {
    this.#calls = calls;
  }

  of(files: readonly (File | Dir)[]): number | null {
    if (files.length === 0) return null;
    const texts = [...new Set(files.map((file) => encode(file, { locations: true })))].toSorted();
    return this.#calls.setId("file", `[${texts.join(",")}]`);
  }

  union(a: number | null, b: number | null): number | null {
    if (a === null || b === null || a === b) return a ?? b;
    return this.of([...this.members(a), ...this.members(b)]);
  }

  members(set: number): readonly (File | Dir)[] {
    let files = this.#files.get(set);
    if (files === undefined) this.#files.set(set, (files = decode(this.#calls.set(set)) as (File | Dir)[]));
    return files;
  }
}

/** All files and folders in a value. */
export function filesIn(value: unknown): readonly (File | Dir)[] {
  const found: (File | Dir)[] = [];
  const stack: unknown[] = [value];
  while (stack.length > 0) {
    const item = stack.pop();
    if (typeof item !== "object" || item === null) continue;
    if (isFile(item) || isDir(item)) found.push(item);
    else if (item instanceof Map) stack.push(...item.keys(), ...item.values());
    else if (Array.isArray(item) || item instanceof Set) for (const part of item) stack.push(part);
    else stack.push(...(Object.values(item) as unknown[]));
  }
  return found;
}
