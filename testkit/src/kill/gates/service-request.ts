/** A service, and the token of whoever speaks to it; null for nobody. */
export interface Service {
  readonly url: string;
  readonly token: string | null;
}

export interface ServiceRequest {
  readonly method: string;
  /** Below the API. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Nobody listened: nothing was done. */
export const NOT_REACHED = "server-not-reached";

export const headersOf = ({ token }: Service): Record<string, string> =>
  token === null ? {} : { Authorization: `Bearer ${token}` };

/** Asks a service. Null when the answer was lost: nobody knows what was done. */
export async function ask(service: Service, request: ServiceRequest): Promise<ServiceAnswer | null> {
  const { method, path, body, headers } = request;
  try {
    const answer = await fetch(`${service.url}/api/v1${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headersOf(service), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as ServiceAnswer["body"] };
  } catch (error) {
    if (!isLost(error)) throw error;
    return isRefused(error) ? { status: 0, body: { code: NOT_REACHED } } : null;
  }
}

/** Whether a connection broke, or was never there. */
export const isLost = (error: unknown): error is TypeError =>
  error instanceof TypeError && error.cause !== undefined;

const isRefused = ({ cause }: Error): boolean =>
  (cause as { readonly code?: string } | undefined)?.code === "ECONNREFUSED";
