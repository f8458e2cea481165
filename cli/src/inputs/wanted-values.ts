import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";

/** A value by which jobs are searched, and what it is. */
export interface WantedValue {
  readonly value: string | number;
  readonly what: "content" | "place" | "name" | "text" | "number";
}

/**
 * What a word in a command may stand for, the surest first: a file that is there by its content, its place and its name;
 * else a text, and a number.
 */
export async function wantedValues(word: string, cwd: string): Promise<readonly WantedValue[]> {
  const path = resolve(cwd, word);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) return [{ value: await digestOf(path), what: "content" }, ...placesOf(path)];
  // The content of a folder is known by a list that the engine makes.
  if (found?.isDirectory() === true) return placesOf(path);
  const number = word.trim() === "" ? Number.NaN : Number(word);
  return [
    { value: word, what: "text" },
    ...(Number.isFinite(number) ? [{ value: number, what: "number" } as const] : []),
  ];
}

/** A file that is not here any more is found by where it was and how it was named. */
export async function wantedFile(word: string, cwd: string): Promise<readonly WantedValue[]> {
  const values = await wantedValues(word, cwd);
  const isHere = values.some(({ what }) => what === "place");
  const isAddress = /^([a-z][\w+.-]*:\/\/|sha256:)/.test(word);
  if (isHere || isAddress) return values;
  return placesOf(resolve(cwd, word));
}

const placesOf = (path: string): readonly WantedValue[] => [
  { value: pathToFileURL(path).href, what: "place" },
  { value: basename(path), what: "name" },
];

/** As the engine writes the content of a file. */
async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
}
