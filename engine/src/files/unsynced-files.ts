import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileIdentities, FileIdentity } from "../ports/file-store.ts";
import { errnoOf, writeError } from "./file-error.ts";
import { uriOf } from "./identity.ts";

/** When so much waits, it is synced without being asked: memory and the cost of a power cut stay bounded (R12). */
const FILES_WAITING = 4_096;
const BYTES_WAITING = 256 * 1024 * 1024;
/** As many as Node has threads for. */
const SYNCS_AT_ONCE = 4;

/** A file that was just placed. */
export interface PlacedFile {
  readonly path: string;
  readonly bytes: number;
  /** Folders that got a new name. */
  readonly folders: readonly string[];
  /** `unsettled`: it was written too lately to be remembered. `none`: it is not looked up by identity. */
  readonly identity: FileIdentity | "unsettled" | "none";
}

interface Waiting extends PlacedFile {
  /** Tells two placings of one path apart. */
  readonly placing: number;
}

/**
 * Files that the store has placed and the disk may not have yet. Placing does not wait for the disk (R9: losing
 * computed work only computes it again), but a power cut may leave a name with the wrong bytes below it. So their
 * identity is kept here and written to the durable identities only after the bytes were synced: after a power cut, what
 * was not synced is not remembered, and is read again before it is believed (C18).
 */
export class UnsyncedFiles implements FileIdentities {
  readonly #durable: FileIdentities;
  /** Called when an unsettled file was synced: it may be read now, and then be remembered. */
  readonly #settle: (path: string) => void;
  readonly #place: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #folders = new Set<string>();
  #bytes = 0;
  #placings = 0;
  /** A file that was just synced and is being read, to be remembered. */
  #settling: string | null = null;
  #isFlushingUnasked = false;
  #flushing: Promise<void> = Promise.resolve();
  #failed: { readonly error: unknown } | null = null;

  /** @param place folder of the files; the name it has in its own folder is synced with the first of them */
  constructor(durable: FileIdentities, settle: (path: string) => void, place: string) {
    this.#durable = durable;
    this.#settle = settle;
    this.#place = place;
    this.#folders.add(dirname(place));
  }

  get(uri: string): FileIdentity | null {
    const waiting = this.#waiting.get(uri);
    if (waiting === undefined) return this.#durable.get(uri);
    return typeof waiting.identity === "string" ? null : waiting.identity;
  }

  put(identity: FileIdentity): void {
    const { uri } = identity;
    const waiting = this.#waiting.get(uri);
    if (waiting !== undefined) this.#waiting.set(uri, { ...waiting, identity });
    else if (uri === this.#settling || !uri.startsWith(`${uriOf(this.#place)}/`)) this.#durable.put(identity);
    else this.#addFound(fileURLToPath(uri), identity.size, identity);
  }

  /**
   * Takes note of a file that is there and is not known to be on the disk: a process that died may have placed it, and
   * what is believed from now on must not depend on bytes that a power cut takes away (R9).
   */
  found(path: string, bytes: number): void {
    const uri = uriOf(path);
    if (!this.#waiting.has(uri) && this.#durable.get(uri) === null) this.#addFound(path, bytes, "unsettled");
  }

  #addFound(path: string, bytes: number, identity: FileIdentity | "unsettled"): void {
    this.add({ path, bytes, folders: foldersUpTo(path, this.#place), identity });
  }

  /** Takes note of a file just placed. */
  add(file: PlacedFile): void {
    this.#waiting.set(uriOf(file.path), { ...file, placing: ++this.#placings });
    for (const folder of file.folders) this.#folders.add(folder);
    this.#bytes += file.bytes;
    const isMuch = this.#waiting.size >= FILES_WAITING || this.#bytes >= BYTES_WAITING;
    if (isMuch && !this.#isFlushingUnasked) this.#flushUnasked();
  }

  /** Waits until all that was added before is on the disk. Throws `disk-full`, `file-not-writable`. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#syncAll());
    const flushing = this.#flushing;
    this.#flushing = flushing.catch(() => undefined);
    await flushing;
    const failed = this.#failed;
    this.#failed = null;
    if (failed !== null) throw failed.error;
  }

  /** An error of a flush that nobody asked for is told by the next one. */
  #flushUnasked(): void {
    this.#isFlushingUnasked = true;
    this.flush()
      .catch((error: unknown) => {
        this.#failed = { error };
      })
      .finally(() => {
        this.#isFlushingUnasked = false;
      });
  }

  async #syncAll(): Promise<void> {
    const entries = [...this.#waiting];
    const folders = [...this.#folders];
    this.#folders.clear();
    this.#bytes = 0;
    try {
      await inTurns(entries, ([, file]) => syncPath(file.path));
      await inTurns(folders, syncPath);
    } catch (error) {
      for (const folder of folders) this.#folders.add(folder);
      throw error;
    }
    for (const [uri, file] of entries) this.#synced(uri, file);
  }

  #synced(uri: string, file: Waiting): void {
    const now = this.#waiting.get(uri);
    // Placed anew meanwhile: that one waits for its own sync.
    if (now?.placing !== file.placing) return;
    this.#waiting.delete(uri);
    if (now.identity === "unsettled") this.#settleSynced(uri, file.path);
    else if (now.identity !== "none") this.#durable.put(now.identity);
  }

  #settleSynced(uri: string, path: string): void {
    this.#settling = uri;
    this.#settle(path);
    this.#settling = null;
  }
}

/** Writes a file's bytes, or a folder's names, to the disk. What is gone needs no sync. */
export async function syncPath(path: string): Promise<void> {
  try {
    await using handle = await open(path, "r");
    await handle.sync();
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw writeError(cause, path);
  }
}

/** The folders from a path's own up to and without `root`'s parent. */
export function foldersUpTo(path: string, root: string): string[] {
  const folders = [];
  for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === root) break;
  }
  return folders;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const turn = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, turn));
}
