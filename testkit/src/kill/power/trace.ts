import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/*
 * Reads what strace wrote (`-f -y -xx`, full data) as steps on the disk, in their order. Paths are absolute.
 */

export type Step =
  | { readonly kind: "create"; readonly path: string; readonly truncate: boolean }
  /** `at` null: behind what was written before, as one who writes a file from its beginning does. */
  | { readonly kind: "write"; readonly path: string; readonly bytes: Buffer; readonly at: number | null }
  | { readonly kind: "truncate"; readonly path: string; readonly size: number }
  | { readonly kind: "clone"; readonly from: string; readonly path: string }
  | { readonly kind: "rename" | "link"; readonly from: string; readonly path: string }
  | { readonly kind: "symlink"; readonly to: string; readonly path: string }
  | { readonly kind: "unlink" | "mkdir" | "rmdir" | "sync"; readonly path: string }
  /** A line that the program printed. */
  | { readonly kind: "told"; readonly line: string };

export const TRACED =
  "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,fallocate,rename,renameat,renameat2," +
  "link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,sync,syncfs,sync_file_range," +
  "copy_file_range,sendfile,ioctl,chdir,fchdir";

/** Reads the steps of a trace. Throws where it has a call that changes the disk in a way that is not modelled. */
export async function readTrace(path: string): Promise<readonly Step[]> {
  const unfinished = new Map<string, string>();
  const folders = new Map<string, string>();
  const steps: Step[] = [];
  for await (const line of createInterface({ input: createReadStream(path, "latin1") })) {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const whole = wholeCall(pid, rest, unfinished);
    const call = whole === null ? null : parseCall(whole);
    if (call === null) continue;
    noteFolder(pid, call, folders);
    steps.push(...stepsOf(call).map((step) => fromFolder(folders.get(pid) ?? "", step)));
  }
  return steps;
}

const FROM_HERE = /^AT_FDCWD<([^>]*)>$/;

/** Where a process works: it says so with each path that it opens, and when it goes elsewhere. */
function noteFolder(pid: string, { name, args }: Call, folders: Map<string, string>): void {
  const [first = ""] = args;
  const [, here] = FROM_HERE.exec(first) ?? [];
  if (here !== undefined) folders.set(pid, textOf(`"${here}"`));
  if (name === "chdir") folders.set(pid, resolve(folders.get(pid) ?? "", textOf(first)));
  if (name === "fchdir") folders.set(pid, opened(first));
}

/** A step with its paths absolute; what a symbolic link says is left as it is. */
function fromFolder(folder: string, step: Step): Step {
  if (step.kind === "told") return step;
  const from = "from" in step ? { from: resolve(folder, step.from) } : {};
  return { ...step, ...from, path: resolve(folder, step.path) };
}

/** A call that another thread interrupted stands on two lines; it counts where it ended. */
function wholeCall(pid: string, rest: string, unfinished: Map<string, string>): string | null {
  const begun = rest.indexOf(" <unfinished ...>");
  if (begun >= 0) {
    unfinished.set(pid, rest.slice(0, begun));
    return null;
  }
  const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
  if (resumed === null) return rest;
  const whole = (unfinished.get(pid) ?? "") + rest.slice(resumed[0].length);
  unfinished.delete(pid);
  return whole;
}

interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly result: number;
}

/** The result stands at the end, behind a gap where the call was interrupted. */
const RESULT = /\)\s+= (-?\d+)(?:<[^>]*>)?(?: [A-Z][^"]*)?$/;
const LONGEST_RESULT = 4_000;

function parseCall(text: string): Call | null {
  const open = text.indexOf("(");
  const found = RESULT.exec(text.slice(-LONGEST_RESULT));
  // A call that failed changed nothing; a line without a result is a signal or an end.
  if (open < 0 || found === null || Number(found[1]) < 0) return null;
  const args = text.slice(open + 1, text.length - found[0].length);
  return { name: text.slice(0, open), args: splitArguments(args), result: Number(found[1]) };
}

function splitArguments(text: string): readonly string[] {
  const args: string[] = [];
  let [depth, from, isQuoted] = [0, 0, false];
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ("[{<".includes(letter)) depth++;
    else if ("]}>".includes(letter)) depth--;
    else if (letter === "," && depth === 0) {
      args.push(text.slice(from, index).trim());
      from = index + 1;
    }
  }
  return [...args, text.slice(from).trim()];
}

/** The bytes of a quoted argument: everything in it stands as `\xNN`. */
const bytesOf = (quoted: string): Buffer => Buffer.from(quoted.replaceAll(/^"|"$|\\x/g, ""), "hex");
const textOf = (quoted: string): string => bytesOf(quoted).toString("utf8");

/** The path of an open file, as strace appends it to its number; what has lost its name is nobody's concern. */
function opened(argument: string): string {
  const [, path = ""] = /<([^>]*)>$/.exec(argument) ?? [];
  return textOf(path);
}

/** A path, from the folder that stands before it in the arguments when it is relative. */
function pathAt(folder: string, quoted: string): string {
  const path = textOf(quoted);
  return path.startsWith("/") ? path : `${opened(folder)}/${path}`;
}

/** The buffers of a `writev`. */
const buffers = (list: string): Buffer =>
  Buffer.concat(Array.from(list.matchAll(/iov_base=("[^"]*")/g), ([, quoted = ""]) => bytesOf(quoted)));

function stepsOf({ name, args, result }: Call): readonly Step[] {
  const [a = "", b = "", c = "", d = ""] = args;
  switch (name) {
    case "open":
      return created(textOf(a), b);
    case "openat":
      return created(pathAt(a, b), c);
    case "creat":
      return created(textOf(a), "O_CREAT|O_TRUNC");
    case "write":
      return written(a, bytesOf(b).subarray(0, result), null);
    case "writev":
      return written(a, buffers(b).subarray(0, result), null);
    case "pwrite64":
      return written(a, bytesOf(b).subarray(0, result), Number(d));
    case "pwritev":
    case "pwritev2":
      return written(a, buffers(b).subarray(0, result), Number(d));
    case "truncate":
      return [{ kind: "truncate", path: textOf(a), size: Number(b) }];
    case "ftruncate":
      return [{ kind: "truncate", path: opened(a), size: Number(b) }];
    case "fsync":
    case "fdatasync":
      return [{ kind: "sync", path: opened(a) }];
    default:
      return namingSteps({ name, args, result });
  }
}

function created(path: string, flags: string): readonly Step[] {
  if (!/O_CREAT|O_TRUNC/.test(flags)) return [];
  return [{ kind: "create", path, truncate: flags.includes("O_TRUNC") }];
}

function written(file: string, bytes: Buffer, at: number | null): readonly Step[] {
  const path = opened(file);
  if (path.startsWith("/")) return [{ kind: "write", path, bytes, at }];
  if (!/^(?:pipe|socket|UNIX)/.test(path)) return [];
  const lines = bytes.toString("utf8").split("\n");
  return lines.filter((line) => line.startsWith('{"kind":"')).map((line) => ({ kind: "told", line }));
}

function namingSteps({ name, args, result }: Call): readonly Step[] {
  const [a = "", b = "", c = "", d = ""] = args;
  switch (name) {
    case "rename":
      return [{ kind: "rename", from: textOf(a), path: textOf(b) }];
    case "renameat":
    case "renameat2":
      return [{ kind: "rename", from: pathAt(a, b), path: pathAt(c, d) }];
    case "link":
      return [{ kind: "link", from: textOf(a), path: textOf(b) }];
    case "linkat":
      return [{ kind: "link", from: pathAt(a, b), path: pathAt(c, d) }];
    case "symlink":
      return [{ kind: "symlink", to: textOf(a), path: textOf(b) }];
    case "symlinkat":
      return [{ kind: "symlink", to: textOf(a), path: pathAt(b, c) }];
    case "mkdir":
    case "rmdir":
    case "unlink":
      return [{ kind: name, path: textOf(a) }];
    case "mkdirat":
      return [{ kind: "mkdir", path: pathAt(a, b) }];
    case "unlinkat":
      return [{ kind: c.includes("AT_REMOVEDIR") ? "rmdir" : "unlink", path: pathAt(a, b) }];
    default:
      return copyingSteps({ name, args, result });
  }
}

function copyingSteps({ name, args, result }: Call): readonly Step[] {
  const [a = "", b = "", c = ""] = args;
  if (result === 0 && name !== "ioctl" && name !== "fallocate") return [];
  switch (name) {
    case "copy_file_range":
      return [{ kind: "clone", from: opened(a), path: opened(c) }];
    case "sendfile":
      return [{ kind: "clone", from: opened(b), path: opened(a) }];
    case "ioctl":
      return b.includes("FICLONE") ? [{ kind: "clone", from: opened(c), path: opened(a) }] : [];
    // Room is reserved, and nothing is sure by it: as if it had not been asked for.
    default:
      return [];
  }
}
