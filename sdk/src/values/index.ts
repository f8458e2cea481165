/* Values and their errors without the types: what reads a store needs, and nothing that loads a schema library. */
export * from "./callable.ts";
export * from "./codec.ts";
export * from "./file.ts";
export * from "./hash.ts";
export { isLigaseError, LigaseError } from "../errors/ligase-error.ts";
export { unreachable } from "../errors/unreachable.ts";
