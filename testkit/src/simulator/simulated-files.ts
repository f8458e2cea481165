import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { File, LigaseError, type Dir } from "@ligase/sdk";
import { hashText } from "@ligase/sdk/internal";
import type { FileStore } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import { checkAlive, type Life } from "./life.ts";
import type { SimulatedTime } from "./simulated-time.ts";

/** The files of the simulated machine, by path. What was not brought to the disk is lost in a power cut. */
export class SimulatedDisk {
  /** As processes see them. */
  readonly #files = new Map<string, string>();
  /** As they are after a power cut. */
  #durable = new Map<string, string>();

  write(path: string, content: string): void {
    this.#files.set(path, content);
  }

  read(path: string): string | undefined {
    return this.#files.get(path);
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  /** What is below a folder. */
  below(folder: string): readonly string[] {
    return [...this.#files.keys()].filter((path) => path.startsWith(folder));
  }

  flush(): void {
    this.#durable = new Map(this.#files);
  }

  cutPower(): void {
    this.#files.clear();
    for (const [path, content] of this.#durable) this.#files.set(path, content);
  }

  /** Somebody deletes or changes a file: that is on the disk for good. */
  tamper(path: string, content: string | null): void {
    for (const files of [this.#files, this.#durable]) {
      if (content === null) files.delete(path);
      else files.set(path, content);
    }
  }
}

/** Folder of kept contents. */
export const KEPT = "/simulated/files/";

interface FilesOptions {
  readonly disk: SimulatedDisk;
  readonly life: Life;
  readonly time: SimulatedTime;
  readonly seeded: Seeded;
}

/** A file store on the simulated disk, for one process. */
export class SimulatedFiles implements FileStore {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  identify<T extends File | Dir>(value: T): Promise<T> {
    const content = this.#content(value);
    if (content === undefined)
      return Promise.reject(new LigaseError("file-not-found", { path: fileURLToPath(value.uri) }));
    return this.#after(fileOf(content, value.uri, value.name) as T);
  }

  isCurrentNow(value: File | Dir): boolean | null {
    return this.#options.seeded.chance(0.3) ? null : this.#matches(value);
  }

  isCurrent(value: File | Dir): Promise<boolean> {
    return this.#after(null).then(() => this.#matches(value));
  }

  owns(value: File | Dir): boolean {
    return value.uri.startsWith(`file://${KEPT}`);
  }

  adopt(path: string, _kind: "file" | "dir", name: string): Promise<File | Dir> {
    checkAlive(this.#options.life);
    const { disk } = this.#options;
    const content = disk.read(path);
    if (content === undefined) return Promise.reject(new LigaseError("file-not-found", { path }));
    disk.remove(path);
    return this.#after(this.keep(content, name));
  }

  async pin(value: File | Dir): Promise<File | Dir> {
    if (this.owns(value)) return value;
    const content = this.#content(value);
    if (content === undefined) throw new LigaseError("file-not-found", { path: fileURLToPath(value.uri) });
    return this.#after(this.keep(content, value.name));
  }

  /** Puts a content into the store, as an executor of scripts does with an output. */
  keep(content: string, name: string): File {
    const path = `${KEPT}${hashText(content).slice(2, 14)}/${name}`;
    // A damaged content is not believed: it is made again.
    this.#options.disk.write(path, content);
    return fileOf(content, `file://${path}`, name);
  }

  stage(): Promise<void> {
    return Promise.reject(new Error("The simulated executors read files where they are."));
  }

  publish(): Promise<never> {
    return Promise.reject(new Error("Nothing is published in the simulation."));
  }

  keepPublished(): void {
    // Nothing is published in the simulation.
  }

  forgetPublished(): void {
    // Nothing is published in the simulation.
  }

  putText(hash: string, text: string): void {
    checkAlive(this.#options.life);
    this.#options.disk.write(textPath(hash), text);
  }

  getText(hash: string): string | null {
    const text = this.#options.disk.read(textPath(hash));
    return text === undefined || hashText(text) !== hash ? null : text;
  }

  async flush(): Promise<void> {
    await this.#after(null);
    checkAlive(this.#options.life);
    this.#options.disk.flush();
  }

  close(): Promise<void> {
    return this.flush();
  }

  /** The content of a file value, when it is what the value says. */
  contentOf(value: File): string | null {
    return this.#matches(value) ? (this.#content(value) ?? null) : null;
  }

  #matches(value: File | Dir): boolean {
    const content = this.#content(value);
    return content !== undefined && digestOf(content) === value.digest;
  }

  #content(value: File | Dir): string | undefined {
    return this.#options.disk.read(fileURLToPath(value.uri));
  }

  #after<T>(value: T): Promise<T> {
    const { time, life, seeded } = this.#options;
    const delayMs = seeded.chance(0.7) ? 0 : seeded.whole(1, 30);
    return new Promise((resolve) => {
      time.in(delayMs, { life, label: "files", run: () => resolve(value) });
    });
  }
}

export const textPath = (hash: string): string => `/simulated/texts/${hash}`;

const digestOf = (content: string): string => `sha256:${hashText(content).slice(2)}`;

const fileOf = (content: string, uri: string, name: string): File =>
  new File({
    digest: digestOf(content),
    size: content.length,
    name: name === "" ? basename(uri) : name,
    uri,
  });
