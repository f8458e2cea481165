import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a name comes from: a package, or another file of the same package. */
export interface Origin {
  readonly from: string;
  readonly name: string;
}

/** What one declaration file declares, imports and exports. Files are absolute, packages bare. */
export interface DeclarationFile {
  readonly declared: ReadonlyMap<string, string>;
  readonly imported: ReadonlyMap<string, Origin>;
  readonly exported: ReadonlyMap<string, Origin>;
  readonly stars: readonly string[];
}

interface Writable {
  readonly declared: Map<string, string>;
  readonly imported: Map<string, Origin>;
  readonly exported: Map<string, Origin>;
  readonly stars: string[];
}

const COMMENT = /^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*)[ \t]*\n/gm;
const STATEMENT = /^(?=(?:export|declare|import|type|interface|abstract)\b)/m;
const DECLARATION =
  /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|namespace) ([\w$]+)/;
const LIST = /^(import|export)(?: type)? \{([^}]*)\}(?: from "([^"]+)")?;/;
const STAR = /^(import|export)(?: type)? \*(?: as ([\w$]+))? from "([^"]+)";/;

/**
 * Reads a declaration file as the compiler writes it: every statement starts in the first column. Comments are
 * left out; overloads of one name are kept together.
 */
export function readDeclarations(file: string): DeclarationFile {
  const into: Writable = { declared: new Map(), imported: new Map(), exported: new Map(), stars: [] };
  for (const statement of readFileSync(file, "utf8").replaceAll(COMMENT, "").split(STATEMENT)) {
    const read = [readDeclaration, readList, readStar].some((reader) => reader(statement, file, into));
    if (!read && !/^(?:import "[^"]+";|)\s*$/.test(statement)) {
      throw new Error(`A statement of ${file} cannot be read: ${statement}`);
    }
  }
  return into;
}

function readDeclaration(statement: string, file: string, { declared, exported }: Writable): boolean {
  const [, name] = DECLARATION.exec(statement) ?? [];
  if (name === undefined) return false;
  declared.set(name, (declared.get(name) ?? "") + statement);
  if (statement.startsWith("export ")) exported.set(name, { from: file, name });
  return true;
}

function readList(statement: string, file: string, { imported, exported }: Writable): boolean {
  const [list, verb, members = "", specifier] = LIST.exec(statement) ?? [];
  if (list === undefined) return false;
  const from = specifier === undefined ? file : resolveModule(file, specifier);
  for (const [name, alias] of readMembers(members)) {
    (verb === "import" ? imported : exported).set(alias, { from, name });
  }
  return true;
}

function readStar(statement: string, file: string, { imported, exported, stars }: Writable): boolean {
  const [star, verb, alias, specifier = ""] = STAR.exec(statement) ?? [];
  if (star === undefined) return false;
  const from = resolveModule(file, specifier);
  if (alias === undefined) stars.push(from);
  else (verb === "import" ? imported : exported).set(alias, { from, name: "*" });
  return true;
}

const LOCAL_IMPORT = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

/** Declaration files with all that they import from the same package, directly or through others. */
export function reachableDeclarations(files: readonly string[]): readonly string[] {
  const found = new Set(files);
  for (const file of found) {
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(LOCAL_IMPORT))
      found.add(resolveModule(file, specifier));
  }
  return [...found];
}

/** The declaration file that a specifier in `file` stands for, or the bare name of a package. */
export function resolveModule(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return join(dirname(file), specifier).replace(/\.(js|ts)$/, ".d.ts");
}

/** `a, type B as C` → [["a", "a"], ["B", "C"]]. */
function readMembers(members: string): readonly (readonly [local: string, alias: string])[] {
  return members
    .split(",")
    .map((member) => member.trim().replace(/^type /, ""))
    .filter((member) => member !== "")
    .map((member) => {
      const [local = "", alias = local] = member.split(" as ");
      return [local, alias] as const;
    });
}
