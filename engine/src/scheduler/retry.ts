import {
  parseDuration,
  type FailureKind,
  type JobError,
  type PlacementOptions,
  type RetryOptions,
} from "@ligase/sdk/internal";
import { unreachable } from "@ligase/sdk/internal";

/** Retries of failures that are nobody's fault, when a task says nothing. */
const INFRASTRUCTURE_RETRIES = 3;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 300_000;

/**
 * How long to wait before the next attempt, or null when there is none. Each kind has its own count: a node lost twice
 * does not use up the retries that the task asked for.
 *
 * @param random from 0 to 1, for jitter of ±25 %
 */
export function retryDelay(
  placement: PlacementOptions,
  failures: readonly JobError[],
  random: number,
): number | null {
  const last = failures.at(-1);
  if (last === undefined) return null;
  const policy = policyFor(placement, last.kind);
  if (policy === null) return null;
  const before = failures.filter((failure) => failure.kind === last.kind).length;
  if (before > policy.count) return null;
  return backoffDelay(policy, before, random);
}

/** The wait after so many failures: doubled with each, with jitter. */
export function backoffDelay(
  { backoffMs, maxBackoffMs }: Omit<Policy, "count">,
  failures: number,
  random: number,
): number {
  return Math.round(Math.min(backoffMs * 2 ** (failures - 1), maxBackoffMs) * (0.75 + random / 2));
}

interface Policy {
  readonly count: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

function policyFor({ retries }: PlacementOptions, kind: FailureKind): Policy | null {
  const asked: Partial<RetryOptions> = typeof retries === "number" ? { count: retries } : (retries ?? {});
  const backoffMs = asked.backoff === undefined ? BACKOFF_MS : parseDuration(asked.backoff);
  const maxBackoffMs =
    asked.maxBackoff === undefined ? Math.max(MAX_BACKOFF_MS, backoffMs) : parseDuration(asked.maxBackoff);
  if (asked.on !== undefined && !asked.on.includes(kind)) return null;
  switch (kind) {
    case "user":
    case "resource":
      return { count: asked.count ?? 0, backoffMs, maxBackoffMs };
    case "infrastructure":
      return { count: asked.count ?? INFRASTRUCTURE_RETRIES, backoffMs, maxBackoffMs };
    case "misuse":
    case "rejected":
    case "expired":
    case "cancelled":
      return null;
    default:
      return unreachable(kind);
  }
}
