import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { placesOf } from "../places.ts";
import { createTaskHasher, type TaskCode } from "../task-hash.ts";

// Small real projects for the tests of code hashing, each in a folder of its own that goes when the tests end.

const root = realpathSync(mkdtempSync(join(tmpdir(), "ligase-code-")));
after(() => rmSync(root, { recursive: true, force: true }));

export type Files = Readonly<Record<string, string>>;

export const ENTRY = "flow.ts";
export const LIGASE = 'import { task, script, workflow, z } from "ligase";\n';
let projects = 0;

export function write(files: Files): string {
  const folder = join(root, `p${projects++}`);
  for (const [name, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The code of the definition whose call is written `call` in the entry file. */
export function codeOf(folder: string, call = "task({", file = ENTRY): TaskCode {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  const place = placesOf(text)(text.indexOf(call));
  return createTaskHasher().hash({ file: path, ...place });
}

export const hashOf = (files: Files, call?: string): string => codeOf(write(files), call).hash;
export const warningsOf = (files: Files, call?: string): readonly string[] =>
  codeOf(write(files), call).warnings.map((warning) => warning.kind);

export function changes(before: Files, after_: Files, call?: string): boolean {
  return hashOf(before, call) !== hashOf({ ...before, ...after_ }, call);
}
