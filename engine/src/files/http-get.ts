import type { IncomingMessage, RequestOptions } from "node:http";
import { LigaseError } from "@ligase/sdk";

const REDIRECTS = 10;

export interface HttpGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Silence after which the connection counts as cut. */
  readonly idleMs: number;
  readonly abortSignal?: AbortSignal;
}

/**
 * Asks for a URL and gives the answer's head, its body still to be read as the server sent it: `fetch` would unpack a
 * body that comes compressed, so that the bytes would not be those of the file. Follows redirects.
 * Rejects with the system's error. Throws `uri-not-supported`.
 */
export async function openUrl(url: string, options: HttpGetOptions): Promise<IncomingMessage> {
  let location = url;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await ask(parse(location), options);
    const next = redirectOf(response);
    if (next === null) return response;
    response.destroy();
    location = new URL(next, location).href;
  }
  throw new Error(`the server redirects more than ${REDIRECTS} times`);
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed !== null && (parsed.protocol === "http:" || parsed.protocol === "https:")) return parsed;
  throw new LigaseError("uri-not-supported", { uri: url });
}

async function ask(url: URL, { headers, idleMs, abortSignal }: HttpGetOptions): Promise<IncomingMessage> {
  // Loaded when something is downloaded: it would cost every start a tenth.
  const { get } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const options: RequestOptions = {
    headers: { "accept-encoding": "identity", "user-agent": "ligase", ...headers },
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
  };
  return new Promise((resolve, reject) => {
    const request = get(url, options, resolve);
    request.setTimeout(idleMs, () => request.destroy(new Error(`nothing came for ${idleMs} ms`)));
    request.on("error", reject);
  });
}

function redirectOf({ statusCode, headers }: IncomingMessage): string | null {
  const redirects = statusCode !== undefined && [301, 302, 303, 307, 308].includes(statusCode);
  return redirects ? (headers.location ?? null) : null;
}
