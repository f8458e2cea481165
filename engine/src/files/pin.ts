import { statSync, type BigIntStats } from "node:fs";
import { LigaseError, type Dir, type File } from "@ligase/sdk";
import { adoptFolder } from "./content-folders.ts";
import { adoptFile, isExecutable, type ContentPlace } from "./content-store.ts";
import { copyFile, copyFolder } from "./copying.ts";
import { writeError } from "./file-error.ts";
import { readFolder } from "./folder-manifest.ts";
import { isFolderValue } from "./folder-value.ts";
import { readContent } from "./identity.ts";
import { localPathOf } from "./local-path.ts";
import { removeTree } from "./removing.ts";
import { temporaryName } from "./temporary-names.ts";

const mode = (stats: BigIntStats): number => (isExecutable(stats) ? 0o755 : 0o644);

/**
 * Copies a value from outside into the place of its content, so that what is shown of it cannot change afterwards (C23).
 * Blocks are shared where the file system can. Throws `file-changed` when it is not the value's content any more,
 * `disk-full`, and what reading it throws.
 */
export async function pinValue(value: File | Dir, place: ContentPlace): Promise<File | Dir> {
  const { name } = value;
  const copy = temporaryName(place.temporary);
  try {
    await copyTo(copy, value, place);
    return await (isFolderValue(value) ? adoptFolder(copy, name, place) : adoptFile(copy, name, place));
  } catch (error) {
    throw writeError(error, copy);
  } finally {
    if (statSync(copy, { throwIfNoEntry: false }) !== undefined) removeTree(copy);
  }
}

async function copyTo(to: string, value: File | Dir, { reading }: ContentPlace): Promise<void> {
  const from = localPathOf(value.uri);
  if (isFolderValue(value)) {
    const { digest, entries } = await readFolder(from, reading);
    refuseChanged(value, from, digest);
    return copyFolder(from, to, entries, mode);
  }
  const content = await readContent(from, reading);
  refuseChanged(value, from, content.digest);
  await copyFile({ from, to, content, mode: mode(content.stats) });
}

function refuseChanged({ digest: expected }: File | Dir, path: string, found: string): void {
  if (expected !== null && expected !== found)
    throw new LigaseError("file-changed", { path, expected, found });
}
