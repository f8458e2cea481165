import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMPILER = join(ROOT, "node_modules/typescript/bin/tsc");

/** What the compiler says of a piece of user code: each error with its further lines. */
export type TypeErrors = readonly string[];

/**
 * Compiles pieces of user code, each a module of its own, in one run of the TypeScript compiler with the repository's
 * options, and gives its messages by name of the piece.
 */
export function typeErrorsOf(pieces: Readonly<Record<string, string>>): Readonly<Record<string, TypeErrors>> {
  const folder = mkdtempSync(join(tmpdir(), "ligase-types-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "tsconfig.json"), include: ["*.ts"], exclude: [] }),
    );
    const names = Object.keys(pieces);
    names.forEach((name, index) => writeFileSync(join(folder, `piece-${index}.ts`), pieces[name] ?? ""));
    const output = compile(folder);
    return Object.fromEntries(names.map((name, index) => [name, errorsIn(output, `piece-${index}.ts`)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(folder: string): string {
  const { stdout, stderr, status, error } = spawnSync(
    process.execPath,
    [COMPILER, "-p", folder, "--pretty", "false"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  if (error !== undefined) throw error;
  if (status !== 0 && !stdout.includes("error TS"))
    throw new Error(`The compiler failed:\n${stdout}${stderr}`);
  return stdout;
}

/** An error begins with its file; lines that are indented belong to it. */
function errorsIn(output: string, file: string): TypeErrors {
  const errors: string[] = [];
  let isInFile = false;
  for (const line of output.split("\n")) {
    if (/^\s/.test(line)) {
      if (isInFile) errors.push(`${errors.pop() ?? ""}\n${line}`);
      continue;
    }
    isInFile = line.startsWith(`${file}(`);
    if (isInFile) errors.push(line.replace(/^.*?: error /, ""));
  }
  return errors;
}
