import { Dir, File } from "@ligase/sdk";

export const isFile = (value: unknown): value is File => value instanceof File;
export const isDir = (value: unknown): value is Dir => value instanceof Dir;
