import type { Issue } from "./issue.ts";

/**
 * A compiled type: gives the value with defaults filled in, the same object where nothing had to change, and adds to
 * `issues` what does not fit. Paths are built while returning from a failure, so a value that fits costs no path.
 */
export type Node = (value: unknown, issues: Issue[]) => unknown;
