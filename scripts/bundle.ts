import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { buildSync } from "esbuild";

/** The folder of a published package that has its code; all of it is in one folder, and so beside each other. */
export const CODE_FOLDER = "dist";

/** `new URL(…, import.meta.url)`: how sources name a program that they start, or a folder that they read. */
const BESIDE = /new URL\(\s*(["'`])(.*?)\1,\s*import\.meta\.url/g;
const PROGRAM = /^\.\/([\w-]+)\$\{extname\(import\.meta\.url\)\}$/;
const FOLDER = /^\.\/([\w-]+)\/$/;

interface Bundling {
  readonly root: string;
  readonly workspace: string;
  /** Folder of the package that is built. */
  readonly folder: string;
}

/**
 * Bundles a workspace into few files, because each file that is loaded takes time at every start; what sources import
 * with `import()` stays in files of its own, and other packages stay imports. `doors` are the modules that others
 * import or run. A program that is started by its URL is bundled for itself, so that its process or thread loads little
 * more than one file, and so is a door in JavaScript: it is what runs before anything else. Returns the folders, in the
 * workspace, that must lie beside the code as well.
 */
export function bundle(doors: readonly string[], bundling: Bundling): readonly string[] {
  const [typed = [], plain = []] = [".ts", ".js"].map((ending) =>
    doors.filter((door) => door.endsWith(ending)),
  );
  const groups: (readonly string[])[] = [typed, ...plain.map((door) => [door])];
  const found = new Map<string, Beside>();
  for (const group of groups) {
    const besides = bundleGroup(group, bundling).flatMap((input) => besidesOf(input, bundling));
    const fresh = besides.filter(({ path }) => !found.has(path));
    for (const beside of fresh) found.set(beside.path, beside);
    const programs = new Set(fresh.filter(({ kind }) => kind === "program").map(({ path }) => path));
    groups.push(...Array.from(programs, (path) => [path]));
  }
  refuseEqualNames([...doors, ...found.keys()]);
  return [...found.values()].filter(({ kind }) => kind === "folder").map(({ path }) => path);
}

/** Where the built form of a file of a workspace is: programs for users where they were, all else beside each other. */
export function bundledPath(file: string): string {
  const built = file.replace(/\.[jt]s$/, ".js");
  return built.startsWith("bin/") ? built : `${CODE_FOLDER}/${basename(built)}`;
}

/** Bundles modules of one process together; returns the files of the workspace that went in. */
function bundleGroup(files: readonly string[], { root, workspace, folder }: Bundling): readonly string[] {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: files.map((file) => ({
      in: join(workspace, file),
      out: bundledPath(file).replace(/\.js$/, ""),
    })),
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: `${CODE_FOLDER}/[name]-[hash]`,
    format: "esm",
    platform: "node",
    target: "node22.18",
    packages: "external",
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs).map((input) => input.slice(workspace.length + 1));
}

interface Beside {
  readonly kind: "program" | "folder";
  readonly path: string;
}

function besidesOf(file: string, { root, workspace }: Bundling): readonly Beside[] {
  if (!file.startsWith("src/")) return [];
  const source = readFileSync(join(root, workspace, file), "utf8");
  return Array.from(source.matchAll(BESIDE), ([, , named = ""]): Beside => {
    const program = PROGRAM.exec(named)?.[1];
    if (program !== undefined) return { kind: "program", path: `${dirname(file)}/${program}.ts` };
    const folder = FOLDER.exec(named)?.[1];
    if (folder !== undefined) return { kind: "folder", path: `${dirname(file)}/${folder}` };
    throw new Error(`${workspace}/${file} names "${named}", which would not be found beside its bundle.`);
  });
}

function refuseEqualNames(paths: readonly string[]): void {
  const byName = Map.groupBy(paths, (path) => bundledPath(path));
  for (const [name, [first, second]] of byName)
    if (second !== undefined) throw new Error(`${first} and ${second} would both be ${name}.`);
}
