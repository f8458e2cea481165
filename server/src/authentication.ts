import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { LigaseError } from "@ligase/sdk/values";
import { requireRight, type Person } from "@ligase/engine";
import { createMiddleware } from "hono/factory";

/** Tells who a token speaks for, with their present roles; null when it says nothing. */
export type Authenticate = (secret: string) => Person | null;

/** What a request knows of its maker. */
export interface Env {
  readonly Variables: {
    readonly person: Person;
    /** Whether its token still speaks for somebody: what lasts asks again. */
    readonly stillKnown: () => boolean;
  };
}

/** A token of the person at this machine: made for one start, kept in memory alone. */
export function localToken(name: string): { readonly secret: string; readonly authenticate: Authenticate } {
  const secret = `lig_${randomBytes(32).toString("base64url")}`;
  const expected = digestOf(secret);
  return {
    secret,
    // Digests have one length, so that the comparison takes one time whatever was sent.
    authenticate: (given) => (timingSafeEqual(digestOf(given), expected) ? { name } : null),
  };
}

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Lets pass who says who they are: `Authorization: Bearer TOKEN`. Throws `token-missing`, `token-refused`, `not-allowed`. */
export const authenticated = (authenticate: Authenticate) =>
  createMiddleware<Env>(async (c, next) => {
    const [, secret] = /^Bearer +([\w.~+/=-]{1,500})$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (secret === undefined) throw new LigaseError("token-missing", undefined);
    const person = authenticate(secret);
    if (person === null) throw new LigaseError("token-refused", undefined);
    requireRight(person, "look");
    c.set("person", person);
    c.set("stillKnown", () => authenticate(secret) !== null);
    await next();
  });
