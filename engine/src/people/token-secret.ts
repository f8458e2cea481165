import { createHash, randomBytes } from "node:crypto";

/** By this people and programs that look for leaked secrets know a token. */
const PREFIX = "lig_";
const SECRET = /^lig_[\w-]{43}$/;

/** A new secret of 256 random bits. */
export const newSecret = (): string => PREFIX + randomBytes(32).toString("base64url");

/** Whether a text has the form of a secret: nothing else is looked up. */
export const isSecret = (text: string): boolean => SECRET.test(text);

/**
 * What the store knows a secret by. A fast hash is right, for nobody guesses 256 random bits; and what the time of a
 * look-up by hash tells says nothing of the secret.
 */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** An id of a token as a message may hold it: somebody may give the secret in its place. */
export const safeId = (text: string): string =>
  text.includes(PREFIX) ? `${PREFIX}…` : JSON.stringify(text.slice(0, 60));
