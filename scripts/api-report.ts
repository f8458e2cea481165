import { isAbsolute, join } from "node:path";
import { readDeclarations, resolveModule, type DeclarationFile, type Origin } from "./declarations.ts";
import { ROOT, type BuiltPackage } from "./packages.ts";

const REPORTED: Readonly<Record<string, string>> = { "@ligase/sdk": "sdk", "@ligase/engine": "engine" };
/** What has a report of its own: codes of errors and what each speaks of are in docs/errors.md. */
const REPORTED_ELSEWHERE: ReadonlySet<string> = new Set(["Catalogue"]);
const WORD = /[\w$]+/g;
const INLINE_IMPORT = /import\("([^"]+)"\)\.([\w$]+)/g;

/** A name that can be seen from outside, and what is declared under it. */
interface Visible {
  readonly name: string;
  readonly text: string;
  readonly exported: boolean;
}

/** The committed report of a package; undefined for packages without one. */
export function apiReportFile({ name }: BuiltPackage): string | undefined {
  const short = REPORTED[name];
  return short === undefined ? undefined : join(ROOT, "etc", `${short}.api.md`);
}

/**
 * Everything a user of the package can see: what its main door exports, and the declarations those name. Names
 * that are reached but not exported have a list of their own: a user cannot write them down, and should not have to.
 */
export function apiReport({ name, folder }: BuiltPackage): string {
  const visible = reachable(join(folder, "src/index.d.ts"));
  const exported = visible.filter((entry) => entry.exported);
  const hidden = visible.filter((entry) => !entry.exported);
  return [
    `# API of ${name}`,
    "Written by `npm run api`. A difference is a decision about the interface: look at it as one.",
    `## Exported (${exported.length})`,
    code(exported),
    `## Named by the above, not exported (${hidden.length})`,
    `${code(hidden)}\n`,
  ].join("\n\n");
}

function reachable(index: string): readonly Visible[] {
  const files = new Map<string, DeclarationFile>();
  const read = (file: string) => getOrInsert(files, file, () => readDeclarations(file));
  const found = new Map<string, Visible>();
  const queue = doors(index, read).map(([name, origin]) => ({ name, origin, exported: true }));
  for (const { name, origin, exported } of queue) {
    const target = follow(origin, read);
    if (REPORTED_ELSEWHERE.has(target.name)) continue;
    const key = `${target.from}#${target.name}`;
    if (found.has(key)) continue;
    const text = isAbsolute(target.from) ? read(target.from).declared.get(target.name) : undefined;
    const renamed = text !== undefined && target.name !== name ? `// ${target.name} as ${name}\n` : "";
    if (text !== undefined || exported) {
      found.set(key, { name, exported, text: renamed + (text?.trimEnd() ?? elsewhere(name, target)) });
    }
    for (const next of text === undefined ? [] : namedIn(text, target.from, read(target.from))) {
      queue.push({ name: next.name, origin: next, exported: false });
    }
  }
  return [...found.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.text, b.text));
}

/** All exports of a file, its stars included. */
function doors(
  file: string,
  read: (file: string) => DeclarationFile,
): readonly (readonly [string, Origin])[] {
  if (!isAbsolute(file)) return [[`* of ${file}`, { from: file, name: "*" }]];
  const { exported, stars } = read(file);
  return [...exported, ...stars.flatMap((star) => doors(star, read))];
}

/** Goes from a name to where it is declared, through re-exports and imports. */
function follow(origin: Origin, read: (file: string) => DeclarationFile): Origin {
  if (!isAbsolute(origin.from)) return origin;
  const { declared, imported } = read(origin.from);
  if (declared.has(origin.name)) return origin;
  const next = imported.get(origin.name) ?? new Map(doors(origin.from, read)).get(origin.name);
  if (next === undefined || (next.from === origin.from && next.name === origin.name)) return origin;
  return follow(next, read);
}

function namedIn(text: string, file: string, { declared, imported }: DeclarationFile): readonly Origin[] {
  const words = [...new Set(text.match(WORD))];
  const inline = [...text.matchAll(INLINE_IMPORT)].map(([, from = "", name = ""]) => ({
    from: resolveModule(file, from),
    name,
  }));
  return words
    .map((name) => (declared.has(name) ? { from: file, name } : imported.get(name)))
    .filter((origin) => origin !== undefined)
    .concat(inline);
}

function elsewhere(name: string, { from, name: original }: Origin): string {
  const what = original === name ? name : `${original} as ${name}`;
  return original === "*" ? `export * from "${from}";` : `export { ${what} } from "${from}";`;
}

function code(entries: readonly Visible[]): string {
  if (entries.length === 0) return "None.";
  return `\`\`\`ts\n${entries.map(({ text }) => text).join("\n\n")}\n\`\`\``;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function getOrInsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
