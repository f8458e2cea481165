import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { Dir, File, isLigaseError } from "@ligase/sdk";
import type { Clock } from "../ports/clock.ts";
import { uriOf } from "./identity.ts";
import type { FileIdentities, FileStore, Publisher } from "../ports/file-store.ts";
import { adoptFolder } from "./content-folders.ts";
import { adoptFile, type ContentPlace } from "./content-store.ts";
import { writeError } from "./file-error.ts";
import { lookAtFolder, readFolder } from "./folder-manifest.ts";
import { HashPool } from "./hash-pool.ts";
import { hasContentNow, readContent, readContentNow, type Reading } from "./identity.ts";
import { isFolderValue } from "./folder-value.ts";
import { localPathOf } from "./local-path.ts";
import { pinValue } from "./pin.ts";
import { Publications } from "./publications.ts";
import { publishValue } from "./publish.ts";
import { stageValue } from "./staging.ts";
import { removeLeftovers } from "./temporary-names.ts";
import { getText, putText, textPath, type TextPlace } from "./text-values.ts";
import { UnsyncedFiles } from "./unsynced-files.ts";

export interface LocalFileStoreOptions {
  /** Folder of the store; made when missing. Results are below `files/`, large values below `values/`. */
  readonly root: string;
  readonly identities: FileIdentities;
  /** Compared with the times of files, so it must tell the machine's time (default: the machine's clock). */
  readonly clock?: Pick<Clock, "now">;
  /**
   * Believe the times of network and other file systems that are not trusted by themselves (default false: their files
   * are read each time).
   */
  readonly trustAllTimes?: boolean;
}

/**
 * Keeps files and large values in a folder of this machine, by content (C14). Several processes may use one folder.
 * Throws `file-not-writable` when the folder cannot be made.
 */
export function createLocalFileStore(options: LocalFileStoreOptions): FileStore {
  return new LocalFileStore(options);
}

/** A store's lifetime: its hashing threads, and what it has placed but not synced. */
class LocalFileStore implements FileStore {
  readonly #pool = new HashPool();
  readonly #published = new Publications();
  readonly #unsynced: UnsyncedFiles;
  readonly #reading: Reading;
  readonly #files: ContentPlace;
  readonly #texts: TextPlace;

  constructor({ root, identities, clock, trustAllTimes = false }: LocalFileStoreOptions) {
    const { files, values, temporary } = openFolders(root);
    this.#unsynced = new UnsyncedFiles(identities, (path) => settle(path, this.#reading), files);
    const nowMs = clock === undefined ? Date.now : () => clock.now();
    this.#reading = {
      identities: this.#unsynced,
      pool: this.#pool,
      nowNs: () => BigInt(Math.floor(nowMs())) * 1_000_000n,
      trustAllTimes,
      inFlight: new Map(),
    };
    this.#files = { folder: files, temporary, unsynced: this.#unsynced, reading: this.#reading };
    this.#texts = { folder: values, temporary };
  }

  async identify<T extends File | Dir>(value: T): Promise<T> {
    const { name, uri } = value;
    const path = localPathOf(uri);
    if (isFolderValue(value)) {
      const { digest, size, entries } = await readFolder(path, this.#reading);
      for (const entry of this.owns(value) ? entries : [])
        if (entry.kind === "file")
          this.#unsynced.found(join(path, entry.path), Number(entry.content.stats.size));
      return new Dir({ digest, size, name, uri }) as T;
    }
    const { digest, stats } = await readContent(path, this.#reading);
    if (this.owns(value)) this.#unsynced.found(path, Number(stats.size));
    return new File({ digest, size: Number(stats.size), name, uri }) as T;
  }

  isCurrentNow(value: File | Dir): boolean | null {
    const { digest, size, uri } = value;
    const path = localPathOf(uri);
    if (isFolderValue(value)) return isFolder(path) ? null : false;
    return digest === null ? null : hasContentNow(path, { digest, size, uri }, this.#reading);
  }

  async isCurrent(value: File | Dir): Promise<boolean> {
    const now = this.isCurrentNow(value);
    if (now !== null) return now;
    try {
      return (await this.identify(value)).digest === value.digest;
    } catch (error) {
      // Gone, unreadable or something else by now: not the bytes of the digest, whatever the reason.
      if (isLigaseError(error)) return false;
      throw error;
    }
  }

  owns(value: File | Dir): boolean {
    return value.uri.startsWith(`${uriOf(this.#files.folder)}/`);
  }

  adopt(path: string, kind: "file" | "dir", name: string): Promise<File | Dir> {
    return kind === "file" ? adoptFile(path, name, this.#files) : adoptFolder(path, name, this.#files);
  }

  async pin(value: File | Dir): Promise<File | Dir> {
    return this.owns(value) ? value : pinValue(value, this.#files);
  }

  stage(value: File | Dir, path: string): Promise<void> {
    return stageValue(value, path, this.#reading);
  }

  publish<T extends File | Dir>(
    value: T,
    destination: string,
    { cwd = process.cwd(), by }: { readonly cwd?: string; readonly by?: Publisher } = {},
  ): Promise<T> {
    const claim = (path: string, digest: string): void => {
      if (by !== undefined) this.#published.claim(path, digest, by);
    };
    return publishValue({ value, destination, cwd, claim }, this.#files);
  }

  keepPublished({ uri, digest }: File | Dir, by: Publisher): void {
    if (digest !== null) this.#published.keep(localPathOf(uri), digest, by);
  }

  forgetPublished(run: string): void {
    this.#published.forget(run);
  }

  putText(hash: string, text: string): void {
    if (!putText(hash, text, this.#texts)) return;
    const path = textPath(hash, this.#texts);
    const folders = [dirname(path), this.#texts.folder];
    this.#unsynced.add({ path, bytes: Buffer.byteLength(text), folders, identity: "none" });
  }

  getText(hash: string): string | null {
    return getText(hash, this.#texts);
  }

  flush(): Promise<void> {
    return this.#unsynced.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#pool.close();
  }
}

function openFolders(root: string): { files: string; values: string; temporary: string } {
  const temporary = openFolder(join(root, "temporary"));
  removeLeftovers(temporary);
  return { files: openFolder(join(root, "files")), values: openFolder(join(root, "values")), temporary };
}

function openFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (cause) {
    throw writeError(cause, path);
  }
}

/** A small file that was placed too lately to be remembered may be old enough now. It may also be gone. */
function settle(path: string, reading: Reading): void {
  try {
    readContentNow(path, reading);
  } catch (error) {
    if (!isLigaseError(error)) throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    lookAtFolder(path);
    return true;
  } catch (error) {
    if (isLigaseError(error)) return false;
    throw error;
  }
}
