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
import { join, relative } from "node:path";
import { bundle, bundledPath, CODE_FOLDER } from "./bundle.ts";
import { reachableDeclarations } from "./declarations.ts";

export const ROOT = join(import.meta.dirname, "..");
/** The workspaces that are published; each needs only those before it. */
export const PUBLISHED = ["sdk", "engine", "server", "cli"] as const;

/** A package as it would be published: JavaScript, declarations and assets in a folder of its own. */
export interface BuiltPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

interface DoorFiles {
  readonly types: string;
  readonly default: string;
}

/** `T` says how an entry of `exports` is written: one file in the sources, two when built. */
interface Manifest<T> {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, T>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Builds every published package under `out`, which is emptied first. The same sources give the same bytes. */
export function buildPackages(out: string): readonly BuiltPackage[] {
  rmSync(out, { recursive: true, force: true });
  const declarations = join(out, "tsc");
  compile(declarations);
  const built = PUBLISHED.map((workspace) =>
    assemble(workspace, { declarations: join(declarations, workspace), folder: join(out, workspace) }),
  );
  rmSync(declarations, { recursive: true });
  return built;
}

/** Checks the types and writes the declarations; throws if the sources do not type-check. */
function compile(outDir: string): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const project = join(ROOT, "tsconfig.build.json");
  const args = [tsc, "-p", project, "--emitDeclarationOnly", "--outDir", outDir];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
}

function assemble(
  workspace: string,
  { declarations, folder }: { readonly declarations: string; readonly folder: string },
): BuiltPackage {
  mkdirSync(folder, { recursive: true });
  const source = readManifest(join(ROOT, workspace));
  const doors = Object.values(source.exports ?? {});
  const programs = Object.values(source.bin ?? {});

  const read = bundle([...doors, ...programs].map(withoutDot), { root: ROOT, workspace, folder });
  for (const path of read)
    cpSync(join(ROOT, workspace, path), join(folder, bundledPath(path)), { recursive: true });
  for (const program of programs) chmodSync(join(folder, program), 0o755);

  const declared = doors.map((door) => join(declarations, declarationOf(door)));
  for (const file of reachableDeclarations(declared))
    cpSync(file, join(folder, relative(declarations, file)));
  const manifest = publishedManifest(source);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

  const files = filesOf(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { name: manifest.name, version: manifest.version, folder, files: files.length, bytes };
}

/** As in the sources, with doors and programs in JavaScript, and without what only the repository needs. */
function publishedManifest(source: Manifest<string>): Manifest<DoorFiles> {
  const left = new Set(["private", "devDependencies", "scripts"]);
  const kept = Object.fromEntries(
    Object.entries(source).filter(([field]) => !left.has(field)),
  ) as Manifest<string>;
  const exported = Object.entries(source.exports ?? {}).map(([door, file]) => {
    return [door, { types: declarationOf(file), default: `./${bundledPath(withoutDot(file))}` }] as const;
  });
  const folders = [...(source.bin === undefined ? [] : ["bin"]), CODE_FOLDER, "src"];
  return { ...kept, exports: Object.fromEntries(exported), files: folders };
}

const declarationOf = (file: string): string => file.replace(/\.[jt]s$/, ".d.ts");

const withoutDot = (file: string): string => file.replace(/^\.\//, "");

function readManifest(folder: string): Manifest<string> {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest<string>;
}

function filesOf(folder: string): readonly string[] {
  return globSync("**/*", { cwd: folder, exclude: ["node_modules"] })
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted();
}
