import { randomBytes } from "node:crypto";

/** Proves who has a task: 256 random bits, with a beginning by which people and programs know what it is. */
export const newLeaseToken = (): string => `lease_${randomBytes(32).toString("base64url")}`;
