import { isLigaseError, LigaseError } from "@ligase/sdk/values";

/** What an answer holds when it is no problem, by the route's contract. */
type Given<R> = R extends { readonly status: 200 | 202; json(): Promise<infer T> } ? T : never;

interface Answer {
  readonly status: number;
  json(): Promise<unknown>;
}

/** What an answer holds. Throws the problem that the server gives, `server-not-reached`, `server-answer-not-readable`. */
export async function readAnswer<R extends Answer>(asked: Promise<R>, url: string): Promise<Given<R>> {
  const answer = await goodAnswer(asked, url);
  const found = await answer.json().catch(() => undefined);
  if (found !== undefined) return found as Given<R>;
  throw new LigaseError("server-answer-not-readable", { url, status: answer.status });
}

/** An answer that is no problem, to be read. Throws as above. */
export async function goodAnswer<R extends Answer>(asked: Promise<R>, url: string): Promise<R> {
  const answer = await asked.catch((error: unknown) => {
    throw new LigaseError("server-not-reached", { url, reason: reasonOf(error) }, { cause: error });
  });
  if (answer.status === 200 || answer.status === 202) return answer;
  const found = await answer.json().catch(() => null);
  throw problemIn(found) ?? new LigaseError("server-answer-not-readable", { url, status: answer.status });
}

/** Fetch hides why it failed in a cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The error that a problem tells of: the same as where it was thrown. */
function problemIn(found: unknown): LigaseError | null {
  const { code, params } = (found ?? {}) as { readonly code?: unknown; readonly params?: unknown };
  try {
    const error = new LigaseError(code as LigaseError["code"], params as LigaseError["params"]);
    return isLigaseError(error) ? error : null;
  } catch {
    // A code, or values of it, that this version does not know.
    return null;
  }
}
