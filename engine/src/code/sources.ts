import { readFileSync, realpathSync, statSync } from "node:fs";
import { createHash } from "node:crypto";

/** What was read of the disk and how it was, so that a later process can tell whether all is still the same. */
export interface Trace {
  /** Path → hash of the content, or null where there was no file. */
  readonly contents: Readonly<Record<string, string | null>>;
  /** Path → hash of the bytes of a file that is no code, or null where there was none. */
  readonly digests: Readonly<Record<string, string | null>>;
  /** Path → the path without symbolic links, or null where nothing was. */
  readonly realPaths: Readonly<Record<string, string | null>>;
}

/** The one way by which code hashing reads the disk: each file once, each look recorded. */
export class Sources {
  readonly #texts = new Map<string, string | null>();
  readonly #digests = new Map<string, string | null>();
  readonly #realPaths = new Map<string, string | null>();

  /** The text of a file, or null when there is none. */
  text(path: string): string | null {
    let text = this.#texts.get(path);
    if (text === undefined) {
      text = readText(path);
      this.#texts.set(path, text);
    }
    return text;
  }

  /** Hash of the bytes of a file, or null when there is none. */
  digest(path: string): string | null {
    let digest = this.#digests.get(path);
    if (digest === undefined) {
      digest = contentHash(readBytes(path));
      this.#digests.set(path, digest);
    }
    return digest;
  }

  /** The path of a file or folder without symbolic links, or null when there is none. */
  realPath(path: string): string | null {
    let real = this.#realPaths.get(path);
    if (real === undefined) {
      real = readRealPath(path);
      this.#realPaths.set(path, real);
    }
    return real;
  }

  /** The real path of a file, or null when there is no file. */
  realFile(path: string): string | null {
    const real = this.realPath(path);
    return real !== null && statSync(real).isFile() ? real : null;
  }

  trace(): Trace {
    const contents = [...this.#texts].map(([path, text]) => [path, contentHash(text)] as const);
    return {
      contents: Object.fromEntries(contents),
      digests: Object.fromEntries(this.#digests),
      realPaths: Object.fromEntries(this.#realPaths),
    };
  }
}

/** Whether everything that a trace saw is still as it was. */
export function isCurrent(trace: Trace): boolean {
  return (
    Object.entries(trace.realPaths).every(([path, real]) => readRealPath(path) === real) &&
    Object.entries(trace.contents).every(([path, hash]) => contentHash(readText(path)) === hash) &&
    Object.entries(trace.digests).every(([path, hash]) => contentHash(readBytes(path)) === hash)
  );
}

const contentHash = (content: string | Uint8Array | null): string | null =>
  content === null ? null : createHash("sha256").update(content).digest("base64url");

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return nullWhenAbsent(error);
  }
}

function readBytes(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    return nullWhenAbsent(error);
  }
}

function readRealPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    return nullWhenAbsent(error);
  }
}

function nullWhenAbsent(error: unknown): null {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
  throw error;
}
