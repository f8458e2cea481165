import { isDir, isFile, type Dir, type File } from "@ligase/sdk/internal";

/**
 * A value with each of its files and folders replaced, one after another; a file that is in it twice is replaced once.
 * The value itself comes back when nothing in it changed.
 */
export async function replaceFiles(
  value: unknown,
  replace: (file: File | Dir) => Promise<File | Dir>,
): Promise<unknown> {
  const known = new Map<string, File | Dir>();
  const once = async (file: File | Dir): Promise<File | Dir> => {
    const before = known.get(file.uri);
    if (before !== undefined) return before;
    const replaced = await replace(file);
    known.set(file.uri, replaced);
    return replaced;
  };
  return replaceIn(value, once);
}

async function replaceIn(
  value: unknown,
  replace: (file: File | Dir) => Promise<File | Dir>,
): Promise<unknown> {
  if (isFile(value) || isDir(value)) return replace(value);
  if (typeof value !== "object" || value === null) return value;
  const parts = partsOf(value);
  if (parts === null) return value;
  const replaced: unknown[] = [];
  for (const part of parts) replaced.push(await replaceIn(part, replace));
  return replaced.every((part, index) => part === parts[index]) ? value : rebuilt(value, replaced);
}

function partsOf(value: object): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].flat(1);
  return Object.getPrototypeOf(value) === Object.prototype ? (Object.values(value) as unknown[]) : null;
}

function rebuilt(value: object, parts: readonly unknown[]): unknown {
  if (Array.isArray(value)) return parts;
  if (value instanceof Set) return new Set(parts);
  if (value instanceof Map)
    return new Map([...value.keys()].map((_, index) => [parts[2 * index], parts[2 * index + 1]]));
  return Object.fromEntries(Object.keys(value).map((key, index) => [key, parts[index]]));
}
