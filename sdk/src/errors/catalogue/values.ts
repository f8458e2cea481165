/** Errors of values and their encoding. */
export const valueErrors = {
  "value-not-encodable": {
    message: (p: { path: string; found: string }) =>
      `The value at ${p.path || "the top"} is ${p.found}, which cannot be stored or passed between tasks.`,
    remedy: () =>
      "Return plain data: text, numbers, booleans, null, Date, Uint8Array, Map, Set, lists, records, files and folders.",
  },
  "value-too-deep": {
    message: (p: { limit: number }) => `The value is nested deeper than ${p.limit} levels.`,
    remedy: () => "Flatten the value, or write it to a file and return the file.",
  },
  "value-too-large": {
    message: (p: { bytes: number; limit: number }) =>
      `The value takes ${p.bytes} bytes encoded; the limit is ${p.limit}.`,
    remedy: () => "Write it to a file and return the file.",
  },
  "value-not-decodable": {
    message: (p: { reason: string }) => `A stored value cannot be read: ${p.reason}.`,
    remedy: () =>
      "It was written by a newer version of Ligase, or the store is damaged; run with the newer version.",
  },
  "secret-in-value": {
    message: (p: { path: string }) =>
      `The value at ${p.path || "the top"} is a secret; secrets are never stored.`,
    remedy: () => "Name the secret in the task's `secrets` option and read it from the job's context.",
  },
  "lazy-in-value": {
    message: (p: { path: string }) =>
      `The value at ${p.path || "the top"} is a lazy value where a known one is needed.`,
    remedy: () => "Pass it as an argument to a task, or return it as part of an expression.",
  },
};
