/** A file or folder value, whichever copy of the SDK made it. */
export interface FileLike {
  readonly uri: string;
  /** Bytes; -1 while unknown. */
  readonly size: number;
  readonly digest: string | null;
  readonly name: string;
}

const FILE = Symbol.for("ligase.file");
const DIR = Symbol.for("ligase.dir");

export const isFileValue = (value: unknown): value is FileLike =>
  typeof value === "object" && value !== null && FILE in value;
export const isDirValue = (value: unknown): value is FileLike =>
  typeof value === "object" && value !== null && DIR in value;

/** A plain record: not a list, a file or an instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || isFileValue(value) || isDirValue(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
