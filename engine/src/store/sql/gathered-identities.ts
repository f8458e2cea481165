import type { FileIdentities, FileIdentity } from "../../ports/file-store.ts";

/** So many wait at the most for a commit that takes them along. */
const MOST = 10_000;

/**
 * Identities that are written with the next commit of something else: each only saves a reading, and a commit of its own
 * costs as much as to read a small file. A process that dies before has remembered less.
 */
export class GatheredIdentities implements FileIdentities {
  readonly #rows: FileIdentities;
  readonly #commit: (write: () => void) => void;
  readonly #gathered = new Map<string, FileIdentity>();

  /** @param commit runs a write in a transaction of its own; does nothing inside of one */
  constructor(rows: FileIdentities, commit: (write: () => void) => void) {
    this.#rows = rows;
    this.#commit = commit;
  }

  get(uri: string): FileIdentity | null {
    return this.#gathered.get(uri) ?? this.#rows.get(uri);
  }

  put(identity: FileIdentity): void {
    this.#gathered.set(identity.uri, identity);
    if (this.#gathered.size >= MOST) this.flush();
  }

  /** Inside a transaction. */
  write(): void {
    for (const identity of this.#gathered.values()) this.#rows.put(identity);
  }

  /** What was written is committed. */
  written(): void {
    this.#gathered.clear();
  }

  flush(): void {
    if (this.#gathered.size > 0) this.#commit(() => undefined);
  }
}
