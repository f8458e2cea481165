import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { FolderNode, Node } from "./disk.ts";

/** Where the model, with nothing lost, and a real folder differ. */
export function differences(folder: FolderNode, path: string): readonly string[] {
  const expected = new Map(
    [...folder.names].map(([name, states]) => [name, states.at(-1)?.node ?? null] as const),
  );
  const names = new Set([...expected.keys(), ...readdirSync(path)]);
  return [...names]
    .filter((name) => !name.endsWith("-shm"))
    .flatMap((name) => difference(expected.get(name) ?? null, join(path, name)));
}

function difference(node: Node | null, path: string): readonly string[] {
  const found = existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (node === null) return found ? [`${path} is not in the model`] : [];
  if (!found) return [`${path} is only in the model`];
  const stats = lstatSync(path);
  switch (node.kind) {
    case "folder":
      return stats.isDirectory() ? differences(node, path) : [`${path} is not a folder`];
    case "link":
      return stats.isSymbolicLink() && readlinkSync(path) === node.to ? [] : [`${path} is another link`];
    case "file":
      return stats.isFile() && readFileSync(path).equals(node.bytes)
        ? []
        : [`${path} has ${stats.size} bytes, and ${node.bytes.length} others in the model`];
  }
}
