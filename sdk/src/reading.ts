/* Values, their errors and what shows them to people: what reads a store needs, and nothing that loads a schema library. */
export * from "./values/callable.ts";
export * from "./values/codec.ts";
export * from "./values/file.ts";
export { jsonValue } from "./values/json-value.ts";
export * from "./values/hash.ts";
export { isPrintableLine } from "./values/printable.ts";
export * from "./values/user-name.ts";
export { isLigaseError, LigaseError } from "./errors/ligase-error.ts";
export { unreachable } from "./errors/unreachable.ts";
export { formatSize } from "./types/byte-size.ts";
export { describeType } from "./types/describe-type.ts";
export { formatDuration } from "./types/duration.ts";
export { typeAt } from "./types/type-at.ts";
export type { TypeIr } from "./types/type-ir.ts";
