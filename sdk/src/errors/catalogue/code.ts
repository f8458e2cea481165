export interface InFile {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Errors of loading and reading user code. */
export const codeErrors = {
  "code-not-parsable": {
    message: (p: InFile) => `${p.file}:${p.line}:${p.column} cannot be parsed: ${p.reason}`,
    remedy: (p: InFile) => `Correct the syntax at line ${p.line}, column ${p.column}.`,
  },
  "workflow-file-not-found": {
    message: (p: { file: string; near: readonly string[] }) => `There is no file ${p.file}.`,
    remedy: (p: { file: string; near: readonly string[] }) =>
      p.near.length === 0
        ? "Check the path; it is relative to the current folder."
        : `Did you mean ${p.near.join(" or ")}?`,
  },
  "workflow-file-not-loaded": {
    message: (p: { file: string; reason: string }) =>
      `${p.file} threw an error while it was loaded: ${p.reason}`,
    remedy: () => "Follow the stack of the cause to the line that threw.",
  },
  "module-not-found": {
    message: (p: { specifier: string; from: string; near: readonly string[] }) =>
      `${p.from} imports ${p.specifier}, which does not exist.`,
    remedy: (p: { specifier: string; from: string; near: readonly string[] }) =>
      p.near.length === 0
        ? "Correct the path of the import, with its extension."
        : `Did you mean ${p.near.join(" or ")}?`,
  },
  "package-not-found": {
    message: (p: { name: string; from: string }) =>
      `${p.from} imports the package ${p.name}, which is not installed.`,
    remedy: (p: { name: string; from: string }) => `Run npm install ${p.name} in the folder of your project.`,
  },
  "code-edited": {
    message: (p: { subject: string }) =>
      `Code was edited while it was in use: ${p.subject} is not what it was when it was first read.`,
    remedy: () =>
      "Start Ligase anew and resume the run: it goes on with the code that is there then, as a new run if tasks changed, and keeps what has not changed.",
  },
  "bundler-missing": {
    message: (p: { file: string; reason: string }) =>
      `${p.file} uses ${p.reason}; it must go through the bundler esbuild, which is not installed.`,
    remedy: () => "Run npm install esbuild in the folder of your project, or write the file without it.",
  },
};
