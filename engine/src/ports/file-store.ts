import type { Dir, File } from "@ligase/sdk";

/** A job of a run as one that publishes. */
export interface Publisher {
  readonly run: string;
  readonly job: number;
  /** Name of its task. */
  readonly task: string;
}

/**
 * Bytes of files and of large values, addressed by URI (C14). All I/O on files goes through this port, so that object
 * stores come without change elsewhere.
 */
export interface FileStore {
  /** The same value with its digest and size read from the content. Throws `file-not-found`, `file-not-readable`. */
  identify<T extends File | Dir>(value: T): Promise<T>;
  /**
   * Whether the bytes at the value's URI are still those of its digest, as far as one look at the metadata can tell:
   * true or false for sure, null when the content must be read.
   */
  isCurrentNow(value: File | Dir): boolean | null;
  /** The same for sure, reading the content when the metadata does not prove it. */
  isCurrent(value: File | Dir): Promise<boolean>;
  /** Whether the value's bytes are in this store: a job made them. */
  owns(value: File | Dir): boolean;
  /** Moves a local file or folder that a job made into the store, under its content. The original path is gone after. */
  adopt(path: string, kind: "file" | "dir", name: string): Promise<File | Dir>;
  /**
   * The same content in this store, copied there when a person may change it where it is (C23); what a job made is there
   * already. Throws `file-changed` when it is not the value's content any more.
   */
  pin(value: File | Dir): Promise<File | Dir>;
  /**
   * Places the content read-only at a local path, as a clone or a symbolic link; what stood there is replaced. Makes
   * parent folders. Throws `file-changed` when the content is no longer the value's.
   */
  stage(value: File | Dir, path: string): Promise<void>;
  /**
   * Copies the content to where a user wants it, atomically and durably; nothing is written when it is there already. A
   * destination that ends in `/` is a folder to publish into. A relative one starts at `options.cwd` (default: the
   * working folder of the process). Returns the value at its new place. Throws `destination-taken`, before anything is
   * written, when another job of `options.by`'s run published other content there.
   */
  publish<T extends File | Dir>(
    value: T,
    destination: string,
    options?: { readonly cwd?: string; readonly by?: Publisher },
  ): Promise<T>;
  /** What a job published before is part of its run: none of that may put other content in its place. */
  keepPublished(value: File | Dir, by: Publisher): void;
  /** A run is over, or goes on elsewhere: what it published is replaced by whoever publishes there. */
  forgetPublished(run: string): void;
  /** Keeps a large encoded value by its hash. */
  putText(hash: string, text: string): void;
  /** The text kept by a hash, or null when it is missing or damaged. */
  getText(hash: string): string | null;
  /** Waits until everything adopted and put so far is on the disk: before what depends on it leaves the process (C18). */
  flush(): Promise<void>;
  /** Flushes and frees everything. */
  close(): Promise<void>;
}

/** What is remembered of a file so that its content need not be read again. Times in nanoseconds. */
export interface FileIdentity {
  readonly uri: string;
  readonly digest: string;
  readonly size: number;
  readonly device: bigint;
  readonly inode: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** When the content was read. */
  readonly hashedAtNs: bigint;
}

/** Where file identities are kept between runs; the store implements it. */
export interface FileIdentities {
  get(uri: string): FileIdentity | null;
  put(identity: FileIdentity): void;
}
