import type { FileIdentities, FileIdentity } from "../ports/file-store.ts";

/** Identities that are forgotten with the process: for tests, and for tools that read files once. */
export function createIdentitiesInMemory(): FileIdentities & { readonly size: number } {
  const identities = new Map<string, FileIdentity>();
  return {
    get: (uri) => identities.get(uri) ?? null,
    put: (identity) => void identities.set(identity.uri, identity),
    get size() {
      return identities.size;
    },
  };
}
