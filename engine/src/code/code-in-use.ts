import { readFileSync, statSync } from "node:fs";
import { LigaseError } from "@ligase/sdk";
import { contentHash } from "./content-hash.ts";

/** Something that code consists of, and what it was: a file and the hash of its content, an import and where it leads. */
export type CodeFact = readonly [subject: string, content: string];

/** Longest text that is kept. Longer files are data or generated: they are read again, and have to be the same. */
const MAX_KEPT = 2 ** 20;

interface Asset {
  readonly digest: string;
  /** How the file was when it last had this content; null before the first look. */
  stamp: string | null;
}

/**
 * The code that a process has, as it was when the process first saw it. Code never changes under a run (C22): what the
 * engine imported, what it hashed and what a child of a pool imported is one code, or it is refused.
 */
export class CodeInUse {
  readonly #facts = new Map<string, string>();
  readonly #texts = new Map<string, string>();
  readonly #assets = new Map<string, Asset>();
  #fresh: CodeFact[] = [];

  /** Notes what something is. Throws `code-edited` when it was something else before. */
  note(subject: string, content: string): void {
    const known = this.#facts.get(subject);
    if (known === content) return;
    if (known !== undefined) throw new LigaseError("code-edited", { subject });
    this.#facts.set(subject, content);
    this.#fresh.push([subject, content]);
  }

  /** Notes what another process found, all or nothing. Throws `code-edited`. */
  noteAll(facts: readonly CodeFact[]): void {
    for (const [subject, content] of facts) {
      const known = this.#facts.get(subject);
      if (known !== undefined && known !== content) throw new LigaseError("code-edited", { subject });
    }
    for (const [subject, content] of facts) this.note(subject, content);
  }

  /** Notes the text of a file that this process imports. Throws `code-edited`. */
  noteText(path: string, text: string): void {
    this.note(path, contentHash(text));
    if (text.length <= MAX_KEPT) this.#texts.set(path, text);
  }

  /** Notes a file that is no code but counts as such where it is read. Throws `code-edited`. */
  noteAsset(path: string, digest: string): void {
    const known = this.#assets.get(path);
    if (known === undefined) this.#assets.set(path, { digest, stamp: null });
    else if (known.digest !== digest) throw new LigaseError("code-edited", { subject: path });
  }

  /** The text of a file as this process imported it, whatever became of it since; null where none is kept. */
  textOf(path: string): string | null {
    return this.#texts.get(path) ?? null;
  }

  /** What was noted since this was last asked. */
  takeFresh(): readonly CodeFact[] {
    if (this.#fresh.length === 0) return this.#fresh;
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** The first asset whose content is not what it was, or null. Tasks read them while they run, and not once. */
  editedAsset(): string | null {
    for (const [path, asset] of this.#assets) if (isEdited(path, asset)) return path;
    return null;
  }
}

/** The code of this process: modules are imported once in a process, so there is one. */
export const codeInUse = new CodeInUse();

/** The content is read again only when the file was touched since. */
function isEdited(path: string, asset: Asset): boolean {
  const stamp = stampOf(path);
  if (stamp === asset.stamp) return stamp === null;
  if (stamp === null || digestOf(path) !== asset.digest) return true;
  asset.stamp = stamp;
  return false;
}

function stampOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

function digestOf(path: string): string | null {
  try {
    return contentHash(readFileSync(path));
  } catch {
    // It went between two looks: what is gone is not what it was.
    return null;
  }
}
