import { LigaseError } from "@ligase/sdk/values";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";

const DEFAULT_BODY_BYTES = 8 * 1024 * 1024;

/** What may come in, whoever asks. */
export interface Borders {
  /** Names under which the server may be asked; null for all, where it listens for others. */
  readonly hosts: readonly string[] | null;
  /** Largest body of a request; default 8 MiB. */
  readonly maxBodyBytes?: number;
}

/**
 * Refuses what a browser was made to send by another page (a name that was pointed at this machine, a foreign origin)
 * and what is too large, and says of every answer that it is no page.
 */
export function borders({ hosts, maxBodyBytes = DEFAULT_BODY_BYTES }: Borders) {
  const headers = createMiddleware(async (c, next) => {
    await next();
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    if (!c.res.headers.has("Content-Security-Policy"))
      c.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  });
  const ownHost = createMiddleware(async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (hosts !== null && !hosts.includes(nameOf(host))) throw new LigaseError("host-not-allowed", undefined);
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      throw new LigaseError("origin-not-allowed", undefined);
    await next();
  });
  const smallBody = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new LigaseError("body-too-large", { limit: maxBodyBytes });
    },
  });
  return [headers, ownHost, smallBody];
}

/** The host of `host:port`. */
const nameOf = (host: string): string => host.replace(/:\d+$/, "").toLowerCase();
