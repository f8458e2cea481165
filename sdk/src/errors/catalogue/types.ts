/** Errors of type descriptions, and of values that do not fit them. */
export const typeErrors = {
  "type-not-supported": {
    message: (p: { path: string; type: string; reason: string }) =>
      `The schema at ${p.path || "the top"} (Zod ${p.type}) cannot be a type of Ligase: ${p.reason}.`,
    remedy: () =>
      "Use plain data types; compute, convert or normalise values in the body of a task, where any code can run.",
  },
  "type-recursive": {
    message: (p: { path: string }) =>
      `The schema at ${p.path || "the top"} refers to itself; types of Ligase are finite so that forms and hashes are.`,
    remedy: () => "Use z.json() for data of any shape, or a list of records that refer to each other by id.",
  },
  "type-default-not-static": {
    message: (p: { path: string }) =>
      `The default at ${p.path || "the top"} is computed by a function and differs from one reading to the next.`,
    remedy: () => "Give a constant default, or make the field optional and choose the value in a task.",
  },
  "type-default-invalid": {
    message: (p: { path: string; problems: string }) =>
      `The default at ${p.path || "the top"} does not fit its own type: ${p.problems}.`,
    remedy: () => "Change the default so that it fits the type.",
  },
  "type-mismatch": {
    message: (p: { what: string; problems: string }) => `${p.what} does not fit its type:\n${p.problems}`,
    remedy: () => "Correct the values named above.",
  },
  "extension-invalid": {
    message: (p: { found: string }) => `"${p.found}" is not a file extension; one begins with a dot.`,
    remedy: (p: { found: string }) => `Write file(".${p.found.replace(/^[*.]+/, "") || "bam"}").`,
  },
  "duration-invalid": {
    message: (p: { found: string; reason: string }) => `"${p.found}" is not a duration: ${p.reason}.`,
    remedy: () => 'Write a number with a unit (ms, s, m, h, d, w), such as "90 s", "2h" or "1h 30m".',
  },
  "size-invalid": {
    message: (p: { found: string; reason: string }) => `"${p.found}" is not a size: ${p.reason}.`,
    remedy: () => 'Write a number with a unit (B, KiB, MiB, GiB, TiB, or KB, MB, GB, TB), such as "2 GiB".',
  },
  "sheet-invalid": {
    message: (p: { source: string; problems: readonly string[] }) =>
      `${p.source} is not a sheet of the expected rows:\n${p.problems.join("\n")}`,
    remedy: () => "Correct the cells named above; the first row holds the column names.",
  },
};
