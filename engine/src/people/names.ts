import { LigaseError } from "@ligase/sdk";
import { ROLES } from "@ligase/sdk/internal";
import { isPrintableLine } from "@ligase/sdk/values";

/**
 * A name stands in audit chains, policies and tables for good, and must be the same wherever it is typed: small letters
 * of ASCII, so that no two people look alike; an e-mail address is a name, too.
 */
const USER_NAME = /^[a-z0-9][a-z0-9._+@-]{0,99}$/;
const LONGEST_TOKEN_NAME = 100;

/** Throws `user-name-not-valid`. */
export function checkUserName(name: string): void {
  if (!USER_NAME.test(name)) throw new LigaseError("user-name-not-valid", { name: shown(name) });
}

/** Throws `role-unknown`: over HTTP and from a file roles are texts. */
export function checkRole(role: string): void {
  if (!ROLES.some((known) => known === role))
    throw new LigaseError("role-unknown", { role: shown(role), known: ROLES.join(", ") });
}

/** Throws `token-option-not-valid`. */
export function checkTokenName(name: string): void {
  if (name.length > LONGEST_TOKEN_NAME || !isPrintableLine(name))
    throw new LigaseError("token-option-not-valid", {
      reason: `its name is not one line of at most ${LONGEST_TOKEN_NAME} characters`,
    });
}

/** A wrong name as a message may hold it. */
const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
