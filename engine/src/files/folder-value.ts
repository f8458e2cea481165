import type { Dir, File } from "@ligase/sdk";

const DIR = Symbol.for("ligase.dir");

/** Whether a value is a folder; by its brand, for a value may come from another copy of the SDK. */
export const isFolderValue = (value: File | Dir): value is Dir => DIR in value;
