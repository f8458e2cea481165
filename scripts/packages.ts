import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
/** The workspaces that are published; each needs only those before it. */
export const PUBLISHED = ["sdk", "engine", "cli"] as const;

/** What tests keep beside the sources; the compiler's settings for the build leave it out as well. */
const TEST_FOLDER = /\/(?:fixtures|testing)\//;

const COMMENT_LINE = /^\s*(?:\/\/|\/?\*).*$/gm;

/** A package as it would be published: JavaScript, declarations and assets in a folder of its own. */
export interface BuiltPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/**
 * Builds every published package under `out`, which is emptied first. The same sources give the same bytes.
 * Throws if the sources do not type-check or if a built file still names a TypeScript file.
 */
export function buildPackages(out: string): readonly BuiltPackage[] {
  rmSync(out, { recursive: true, force: true });
  const compiled = join(out, "tsc");
  compile(compiled);
  const built = PUBLISHED.map((workspace) => assemble(workspace, { compiled, folder: join(out, workspace) }));
  rmSync(compiled, { recursive: true });
  return built;
}

function compile(outDir: string): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(ROOT, "tsconfig.build.json"), "--outDir", outDir];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
}

function assemble(
  workspace: string,
  { compiled, folder }: { readonly compiled: string; readonly folder: string },
): BuiltPackage {
  mkdirSync(folder, { recursive: true });
  const compiledFiles = filesOf(join(compiled, workspace)).filter((file) => !/^bin\/.*\.d\.ts$/.test(file));
  for (const file of compiledFiles) copy(file, join(compiled, workspace), folder);
  for (const file of assetsOf(join(ROOT, workspace))) copy(file, join(ROOT, workspace), folder);
  for (const file of compiledFiles.filter((name) => name.endsWith(".js")))
    pointToJavaScript(join(folder, file));

  const manifest = publishedManifest(readManifest(join(ROOT, workspace)));
  for (const program of Object.values(manifest.bin ?? {})) chmodSync(join(folder, program), 0o755);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

  const files = filesOf(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { name: manifest.name, version: manifest.version, folder, files: files.length, bytes };
}

/** What the sources need beside them at run time (SQL, JSON), and what npm shows of a package. */
function assetsOf(workspace: string): readonly string[] {
  return filesOf(workspace).filter(
    (file) =>
      file === "README.md" || (file.startsWith("src/") && !/\.tsx?$/.test(file) && !TEST_FOLDER.test(file)),
  );
}

/** The compiler rewrites imports; the URL of a sibling module (a worker's file) is ours to rewrite. */
function pointToJavaScript(path: string): void {
  const source = readFileSync(path, "utf8");
  const text = source.replaceAll(
    /(new URL\(\s*["'][^"'\n]+)\.ts(["'],\s*import\.meta\.url\s*\))/g,
    "$1.js$2",
  );
  const left = /["'`]\.{1,2}\/[^"'`\n]*(?<!\.d)\.ts["'`]/.exec(text.replaceAll(COMMENT_LINE, ""));
  if (left !== null) throw new Error(`${path} still names a TypeScript file: ${left[0]}`);
  writeFileSync(path, text);
}

/** As in the sources, with doors and programs in JavaScript, and without what only the repository needs. */
function publishedManifest(source: Manifest): Manifest {
  const left = new Set(["private", "devDependencies", "scripts"]);
  const kept = Object.fromEntries(Object.entries(source).filter(([field]) => !left.has(field))) as Manifest;
  const exported = Object.entries(source.exports ?? {}).map(([door, file]): [string, unknown] => [
    door,
    { types: inJavaScript(file, ".d.ts"), default: inJavaScript(file, ".js") },
  ]);
  const manifest = { ...kept, exports: Object.fromEntries(exported) as Record<string, unknown> };
  return { ...manifest, files: source.bin === undefined ? ["src"] : ["bin", "src"] };
}

function inJavaScript(file: unknown, ending: string): string {
  return String(file).replace(/\.ts$/, ending);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function copy(file: string, from: string, to: string): void {
  mkdirSync(dirname(join(to, file)), { recursive: true });
  cpSync(join(from, file), join(to, file));
}

function filesOf(folder: string): readonly string[] {
  return globSync("**/*", { cwd: folder, exclude: ["node_modules"] })
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted();
}
