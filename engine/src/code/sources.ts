import { readFileSync, realpathSync, statSync } from "node:fs";
import { CodeInUse } from "./code-in-use.ts";
import { contentHash } from "./content-hash.ts";
import { isInstalled } from "./installed-folder.ts";

/** What was read of the disk and how it was, so that a later process can tell whether all is still the same. */
export interface Trace {
  /** Path → hash of the content, or null where there was no file. */
  readonly contents: Readonly<Record<string, string | null>>;
  /** Path → hash of the bytes of a file that is no code, or null where there was none. */
  readonly digests: Readonly<Record<string, string | null>>;
  /** Path → the path without symbolic links, or null where nothing was. */
  readonly realPaths: Readonly<Record<string, string | null>>;
}

/**
 * The one way by which code hashing reads the disk: each file once, each look recorded. Of a file that the process has
 * imported it gives the text as it was then: a hash speaks of the code that runs (C22).
 */
export class Sources {
  readonly #code: CodeInUse;
  readonly #texts = new Map<string, string | null>();
  readonly #digests = new Map<string, string | null>();
  readonly #realPaths = new Map<string, string | null>();

  constructor(code = new CodeInUse()) {
    this.#code = code;
  }

  /** The text of a file, or null when there is none. Throws `code-edited`. */
  text(path: string): string | null {
    let text = this.#texts.get(path);
    if (text === undefined) {
      text = textInUse(path, this.#code);
      if (text !== null && isCode(path)) this.#code.note(path, contentHash(text));
      this.#texts.set(path, text);
    }
    return text;
  }

  /** Hash of the bytes of a file, or null when there is none. Throws `code-edited`. */
  digest(path: string): string | null {
    let digest = this.#digests.get(path);
    if (digest === undefined) {
      digest = digestOf(path);
      if (digest !== null) this.#code.noteAsset(path, digest);
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
    const contents = [...this.#texts].map(([path, text]) => [path, hashOf(text)] as const);
    return {
      contents: Object.fromEntries(contents),
      digests: Object.fromEntries(this.#digests),
      realPaths: Object.fromEntries(this.#realPaths),
    };
  }
}

/** Whether everything that a trace saw is still as it was, in the code of this process. */
export function isCurrent(trace: Trace, code: CodeInUse): boolean {
  return (
    Object.entries(trace.realPaths).every(([path, real]) => readRealPath(path) === real) &&
    Object.entries(trace.contents).every(([path, hash]) => hashOf(textInUse(path, code)) === hash) &&
    Object.entries(trace.digests).every(([path, digest]) => digestOf(path) === digest)
  );
}

/** Notes what a trace saw as the code that counts. Throws `code-edited`. */
export function noteTrace(trace: Trace, code: CodeInUse): void {
  for (const [path, hash] of Object.entries(trace.contents))
    if (hash !== null && isCode(path)) code.note(path, hash);
  for (const [path, digest] of Object.entries(trace.digests))
    if (digest !== null) code.noteAsset(path, digest);
}

const CODE = /\.[cm]?[jt]sx?$/;

/** Lock files, configurations and data change for many reasons; they count where a hash or an import read them. */
const isCode = (path: string): boolean => CODE.test(path) || isInstalled(path);

const textInUse = (path: string, code: CodeInUse): string | null => code.textOf(path) ?? readText(path);

const hashOf = (text: string | null): string | null => (text === null ? null : contentHash(text));

function digestOf(path: string): string | null {
  const bytes = readBytes(path);
  return bytes === null ? null : contentHash(bytes);
}

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
