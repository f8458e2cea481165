import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StageOptions } from "../authoring/command.ts";
import type { Dir, File } from "../values/file.ts";

/**
 * Places files in the work folder for the tools of one attempt: `inputs/1/name`, numbered so that equal names never
 * collide. Links to the bytes are enough here: a body sees only local files. One file under one name is placed once.
 */
export class ToolInputs {
  readonly #folder: string;
  readonly #places = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  place(source: File | Dir, options: StageOptions): string {
    const name = options.name ?? source.name;
    const beside = options.beside ?? [];
    const key = JSON.stringify([source.uri, name, beside.map((item) => [item.uri, item.name])]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const folder = `inputs/${this.#places.size + 1}`;
    const path = this.#link(folder, name, source);
    for (const item of beside) this.#link(folder, item.name, item);
    this.#places.set(key, path);
    return path;
  }

  #link(folder: string, name: string, source: File | Dir): string {
    const path = `${folder}/${name}`;
    const absolute = join(this.#folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    symlinkSync(source.path, absolute);
    return path;
  }
}
