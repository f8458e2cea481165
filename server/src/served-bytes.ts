import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { join, relative, isAbsolute, sep } from "node:path";
import { pipeline, Readable, Transform } from "node:stream";
import { fileURLToPath } from "node:url";
import { LigaseError } from "@ligase/sdk/values";

/** Bytes of users that may leave: a regular file, open for reading. */
export interface ServedFile {
  readonly handle: FileHandle;
  readonly size: number;
  /** What the client is told to call it. */
  readonly name: string;
}

/**
 * What every byte that users made goes out with: it is a download, no browser guesses a type for it, and where one shows it
 * all the same it is in a sandbox of its own.
 */
const HEADERS = {
  "Content-Type": "application/octet-stream",
  "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Local path of a `file:` URI. Throws `bytes-not-named` for other places. */
export function pathOf({ uri, name }: { readonly uri: string; readonly name: string }): string {
  if (uri.startsWith("file:")) return fileURLToPath(uri);
  throw new LigaseError("bytes-not-named", { name });
}

/** Opens a file that a record names. Throws `bytes-not-named` when it is gone, or is no regular file. */
export async function openNamed(path: string, name: string): Promise<ServedFile> {
  let handle: FileHandle | undefined;
  try {
    // Neither a link that was put there nor a pipe that nobody writes to.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (found.isFile()) return { handle, size: found.size, name };
  } catch {
    // Told below: why it cannot be opened says something of the inside.
  }
  await handle?.close();
  throw new LigaseError("bytes-not-named", { name });
}

/** Opens a file below a folder, by no way that leads out of it. Throws `bytes-not-named`. */
export async function openBelow(folder: string, path: string): Promise<ServedFile> {
  const refused = new LigaseError("bytes-not-named", { name: path });
  if (isAbsolute(path) || path.includes("\0")) throw refused;
  const [root, found] = await Promise.all([realpath(folder), realpath(join(folder, path))]).catch(() => {
    throw refused;
  });
  const below = relative(root, found);
  if (below === "" || below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below)) throw refused;
  return await openNamed(found, path.slice(path.lastIndexOf("/") + 1));
}

/** An answer that streams a file, from a byte on. */
export function fileAnswer(
  { handle, size, name }: ServedFile,
  { from = 0, digest = null }: { from?: number; digest?: string | null } = {},
): Response {
  const start = Math.min(from, size);
  const length = size - start;
  // A log may grow meanwhile: what was promised is sent.
  const bytes: Readable =
    length === 0
      ? Readable.from([])
      : handle.createReadStream({ start, end: size - 1, highWaterMark: 256 * 1024 });
  if (length === 0) void handle.close();
  const checked: Readable = digest === null ? bytes : checkedOf(bytes, sameContent(digest, name));
  return new Response(Readable.toWeb(checked) as ReadableStream, {
    headers: {
      ...HEADERS,
      "Content-Length": String(length),
      "Content-Disposition": `attachment; filename="${plainName(name)}"; filename*=UTF-8''${encodedName(name)}`,
    },
  });
}

/** Whichever ends early ends the other; the client sees it by what does not arrive. */
const checkedOf = (bytes: Readable, check: Transform): Transform => pipeline(bytes, check, () => undefined);

/**
 * Passes bytes on while they may still be those of the digest: the last piece waits for the whole to be known, so that other
 * bytes never arrive as a complete answer.
 */
function sameContent(digest: string, name: string): Transform {
  const [algorithm = "", expected] = digest.split(":");
  const hash = createHash(algorithm);
  let held: Buffer | null = null;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      const ready = held;
      held = piece;
      done(null, ready ?? undefined);
    },
    flush(done) {
      const isSame = hash.digest("hex") === expected;
      done(isSame ? null : new LigaseError("bytes-not-named", { name }), isSame ? held : undefined);
    },
  });
}

/** The name for clients that do not read the other one, such as curl. */
const plainName = (name: string): string => name.replaceAll(/[^\w.-]/g, "_");

/** RFC 8187: a name of any characters in a header. */
const encodedName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
