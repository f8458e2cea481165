import { createReadStream, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { basename, resolve } from "node:path";

/** Loaded when a file is read: most programs that handle file values read none. */
const promises = () => process.getBuiltinModule("node:fs/promises");
const crypto = () => process.getBuiltinModule("node:crypto");

const FILE = Symbol.for("ligase.file");
const DIR = Symbol.for("ligase.dir");

/** What a file value is made of. The location (`uri`) is beside the identity and is never hashed (C14). */
export interface FileFields {
  /** `sha256:` and hexadecimal digits; null until the engine has read the bytes. */
  readonly digest: string | null;
  /** Bytes; -1 while unknown. */
  readonly size: number;
  /** Base name as tools see it when the file is staged. */
  readonly name: string;
  /** Where the bytes are: `file:///…` or an object store's URI. */
  readonly uri: string;
}

/** A file as a value: identity by content and name, bytes elsewhere. In a task body `path` is readable. */
export class File implements FileFields {
  readonly digest: string | null;
  readonly size: number;
  readonly name: string;
  readonly uri: string;

  constructor(fields: FileFields) {
    this.digest = fields.digest;
    this.size = fields.size;
    this.name = fields.name;
    this.uri = fields.uri ?? "";
    Object.defineProperty(this, FILE, { value: true });
  }

  /** Refers to a file that exists at a local path; the engine reads its content when the value leaves the task. */
  static at(path: string): File {
    const absolute = resolve(path);
    return new File({ digest: null, size: -1, name: basename(absolute), uri: pathToFileURL(absolute).href });
  }

  /** Refers to a small file that belongs to the code. Its content is read when its digest or size is first asked for. */
  static beside(path: string): File {
    const file = File.at(path);
    let content: { readonly digest: string; readonly size: number } | undefined;
    const read = (): typeof content & {} => {
      if (content !== undefined) return content;
      const bytes = readFileSync(file.path);
      return (content = { digest: "sha256:" + crypto().hash("sha256", bytes, "hex"), size: bytes.length });
    };
    return Object.defineProperties(file, {
      digest: { get: () => read().digest, enumerable: true },
      size: { get: () => read().size, enumerable: true },
    });
  }

  /** Local path of the bytes. */
  get path(): string {
    return fileURLToPath(this.uri);
  }

  /** The whole content as text (UTF-8). */
  text(): Promise<string> {
    return promises().readFile(this.path, "utf8");
  }

  /** The whole content parsed as JSON. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** The whole content as bytes. */
  bytes(): Promise<Uint8Array> {
    return promises().readFile(this.path);
  }

  /** The content line by line, without reading it whole. */
  lines(): AsyncIterable<string> {
    return process
      .getBuiltinModule("node:readline")
      .createInterface({ input: createReadStream(this.path), crlfDelay: Infinity });
  }
}

/** A folder as a value: its identity is the digest of a manifest of relative path, content, executable bit and link. */
export class Dir implements FileFields {
  readonly digest: string | null;
  readonly size: number;
  readonly name: string;
  readonly uri: string;

  constructor(fields: FileFields) {
    this.digest = fields.digest;
    this.size = fields.size;
    this.name = fields.name;
    this.uri = fields.uri;
    Object.defineProperty(this, DIR, { value: true });
  }

  /** Refers to a folder that exists at a local path. */
  static at(path: string): Dir {
    const absolute = resolve(path);
    return new Dir({ digest: null, size: -1, name: basename(absolute), uri: pathToFileURL(absolute).href });
  }

  /** Local path of the folder. */
  get path(): string {
    return fileURLToPath(this.uri);
  }
}

export const isFile = (value: unknown): value is File =>
  typeof value === "object" && value !== null && FILE in value;
export const isDir = (value: unknown): value is Dir =>
  typeof value === "object" && value !== null && DIR in value;
