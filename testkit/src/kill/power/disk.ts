import { dirname, basename } from "node:path";
import type { Step } from "./trace.ts";

/*
 * A disk with a cache, after the promises of POSIX and no more. Bytes of a file are sure after an fsync of the file, a
 * name after an fsync of the folder it stands in. Everything else may be on the disk or not: page by page, size by
 * size, name by name; a file that is renamed is never gone under both names.
 */

export const PAGE = 4_096;

export type Node = FileNode | FolderNode | LinkNode;

export interface FileNode {
  readonly kind: "file";
  /** As a reader sees it now. */
  bytes: Buffer;
  /** Sizes and pages since the last sync, the sure one first. */
  sizes: number[];
  pages: Map<number, Buffer[]>;
}

export interface FolderNode {
  readonly kind: "folder";
  /** What stood under each name since the last sync, the sure state first. */
  readonly names: Map<string, NameState[]>;
}

interface LinkNode {
  readonly kind: "link";
  readonly to: string;
}

/** `step` says in which step of the trace it came to be. */
export interface NameState {
  readonly step: number;
  readonly node: Node | null;
}

/** A file that went from one name to another: both names are changed, or neither. */
export interface Renaming {
  readonly step: number;
  readonly from: { readonly folder: FolderNode; readonly name: string };
  readonly to: { readonly folder: FolderNode; readonly name: string };
}

export class ModelDisk {
  readonly root: FolderNode = { kind: "folder", names: new Map() };
  readonly renamings: Renaming[] = [];
  readonly #top: string;
  #step = 0;

  /** @param top folder that is the disk; what happens elsewhere does not count. It is empty at the start, and sure. */
  constructor(top: string) {
    this.#top = top;
  }

  apply(step: Step): void {
    this.#step++;
    if (step.kind === "told" || !this.#isOn(step.path)) return;
    switch (step.kind) {
      case "create":
        return this.#create(step.path, step.truncate);
      case "write":
        return this.#write(step.path, step.bytes, step.at);
      case "truncate":
        return resize(this.#file(step.path), step.size);
      case "clone":
        return this.#write(step.path, this.#contentOf(step.from), 0);
      case "rename":
        return this.#rename(step.from, step.path);
      case "link":
        return this.#name(step.path, this.#find(step.from));
      case "symlink":
        return this.#name(step.path, { kind: "link", to: step.to });
      case "mkdir":
        return this.#name(step.path, { kind: "folder", names: new Map() });
      case "unlink":
      case "rmdir":
        return this.#name(step.path, null);
      case "sync":
        return this.#sync(step.path);
    }
  }

  #isOn(path: string): boolean {
    return path === this.#top || path.startsWith(`${this.#top}/`);
  }

  #create(path: string, truncate: boolean): void {
    const standing = this.#find(path);
    if (standing === null)
      this.#name(path, { kind: "file", bytes: Buffer.alloc(0), sizes: [0], pages: new Map() });
    else if (truncate && standing.kind === "file" && standing.bytes.length > 0) resize(standing, 0);
  }

  #write(path: string, bytes: Buffer, at: number | null): void {
    // A file that has lost its name is written for nobody.
    if (this.#find(path)?.kind === "file") write(this.#file(path), bytes, at);
  }

  #contentOf(path: string): Buffer {
    return this.#file(path).bytes;
  }

  #rename(from: string, path: string): void {
    const node = this.#find(from);
    if (node === null) throw new Error(`${from} is renamed and was never made`);
    this.#name(path, node);
    this.#name(from, null);
    this.renamings.push({ step: this.#step, from: this.#placeOf(from), to: this.#placeOf(path) });
  }

  #sync(path: string): void {
    const node = this.#find(path);
    if (node?.kind === "file") {
      node.sizes = [node.bytes.length];
      node.pages = new Map(pagesOf(node.bytes));
    }
    if (node?.kind !== "folder") return;
    for (const [name, states] of node.names) {
      const last = states.at(-1);
      if (last === undefined || last.node === null) node.names.delete(name);
      else node.names.set(name, [last]);
    }
  }

  #name(path: string, node: Node | null): void {
    const { folder, name } = this.#placeOf(path);
    const states = folder.names.get(name) ?? [{ step: 0, node: null }];
    folder.names.set(name, [...states, { step: this.#step, node }]);
  }

  #placeOf(path: string): { readonly folder: FolderNode; readonly name: string } {
    const folder = this.#find(dirname(path));
    if (folder?.kind !== "folder") throw new Error(`${dirname(path)} is not a folder of the model`);
    return { folder, name: basename(path) };
  }

  #find(path: string): Node | null {
    let node: Node | null = this.root;
    for (const name of path.slice(this.#top.length).split("/").filter(Boolean)) {
      if (node?.kind !== "folder") return null;
      node = node.names.get(name)?.at(-1)?.node ?? null;
    }
    return node;
  }

  #file(path: string): FileNode {
    const node = this.#find(path);
    if (node?.kind !== "file") throw new Error(`${path} is not a file of the model`);
    return node;
  }
}

function write(file: FileNode, bytes: Buffer, at: number | null): void {
  const start = at ?? file.bytes.length;
  const end = start + bytes.length;
  if (end > file.bytes.length) {
    file.bytes = Buffer.concat([file.bytes, Buffer.alloc(end - file.bytes.length)]);
    file.sizes.push(end);
  }
  file.bytes = Buffer.from(file.bytes);
  bytes.copy(file.bytes, start);
  for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) notePage(file, page);
}

function resize(file: FileNode, size: number): void {
  const before = file.bytes.length;
  file.bytes = Buffer.concat([file.bytes.subarray(0, size), Buffer.alloc(Math.max(0, size - before))]);
  file.sizes.push(size);
  for (let page = Math.floor(size / PAGE); page * PAGE < before; page++) notePage(file, page);
}

/** A page that was never on the disk reads as zeros. */
function notePage(file: FileNode, page: number): void {
  const states = file.pages.get(page) ?? [Buffer.alloc(PAGE)];
  file.pages.set(page, [...states, pageOf(file.bytes, page)]);
}

function pageOf(bytes: Buffer, page: number): Buffer {
  const content = bytes.subarray(page * PAGE, (page + 1) * PAGE);
  return Buffer.concat([content, Buffer.alloc(PAGE - content.length)]);
}

function pagesOf(bytes: Buffer): readonly (readonly [number, Buffer[]])[] {
  return Array.from({ length: Math.ceil(bytes.length / PAGE) }, (_, page) => [page, [pageOf(bytes, page)]]);
}
