import { LIGASE_PACKAGES, isBareSpecifier } from "./specifier.ts";
import { effectsOf, type Effects } from "./load-effects.ts";
import type { ParsedModule } from "./parse-module.ts";
import type { Place } from "./places.ts";
import { bindNames, namesIn, type Scope } from "./scopes.ts";
import { childrenOf, isFunctionNode, nameOf, type SyntaxNode } from "./syntax.ts";
import { readUnit, type Extent, type Piece, type Unit, type UnitContext } from "./unit.ts";

export interface ImportedName {
  readonly specifier: string;
  /** The exporter's name, `default`, or `*` for the namespace. */
  readonly imported: string;
}

export type Exported =
  { readonly kind: "local"; readonly name: string } | ({ readonly kind: "from" } & ImportedName);

/** A top-level declaration; a destructuring one stands under each of its names. */
interface Declaration {
  readonly node: SyntaxNode;
  /** What runs while the module loads; null for functions. */
  readonly evaluated: SyntaxNode | null;
}

type CallNode = Extract<SyntaxNode, { type: "CallExpression" }>;

/** A definition found at a place, with the piece of code that holds all it needs. */
export interface SiteCode {
  readonly unit: Unit;
  /** Variables of an enclosing function or loop that the definition uses. */
  readonly captured: readonly string[];
}

/** One project module as code hashing sees it. Its parts are read on first use. */
export class ModuleCode {
  readonly path: string;
  readonly imports = new Map<string, ImportedName>();
  readonly exports = new Map<string, Exported>();
  /** Specifiers of `export * from`. */
  readonly stars: string[] = [];
  /** Specifiers of imports for effect only. */
  readonly bareImports: string[] = [];
  readonly #declarations = new Map<string, Declaration>();
  readonly #statements: SyntaxNode[] = [];
  readonly #units = new Map<string, Unit>();
  readonly #effects = new Map<string, Effects>();
  readonly #parsed: ParsedModule;
  readonly #context: UnitContext & { importOf(name: string): ImportedName | null };
  readonly isCommonJs: boolean;
  #sites: Map<string, CallNode> | null = null;

  constructor(path: string, parsed: ParsedModule) {
    this.path = path;
    this.#parsed = parsed;
    this.#context = {
      bindings: bindNames(parsed.program),
      isDefinition: (node) => this.#isDefinition(node),
      isAsset: (node) => this.#isAsset(node),
      isFromPackage: (name) => isBareSpecifier(this.imports.get(name)?.specifier ?? "."),
      importOf: (name) => this.imports.get(name) ?? null,
    };
    for (const statement of parsed.program.body) this.#readStatement(statement);
    this.isCommonJs = isCommonJs(path, parsed, this.#context.bindings.scopeOf);
  }

  declares(name: string): boolean {
    return this.#declarations.has(name);
  }

  get declaredNames(): readonly string[] {
    return [...this.#declarations.keys()];
  }

  /** Everything that the module imports or passes on. */
  get specifiers(): ReadonlySet<string> {
    const passedOn = [...this.exports.values()].flatMap((each) =>
      each.kind === "from" ? [each.specifier] : [],
    );
    const imported = [...this.imports.values()].map((each) => each.specifier);
    return new Set([...imported, ...passedOn, ...this.stars, ...this.bareImports]);
  }

  /** The code of a top-level declaration. */
  declaration(name: string, extent: Extent): Unit {
    const declaration = this.#requireDeclaration(name);
    return this.#unit(`${extent} ${name}`, [{ node: declaration.node, extent }]);
  }

  get hasStatements(): boolean {
    return this.#statements.length > 0;
  }

  /** The top-level statements that are no declarations. */
  statements(): Unit {
    return this.#unit(
      "statements",
      this.#statements.map((node): Piece => ({ node, extent: "whole" })),
    );
  }

  /** The whole file, with the bodies of all its tasks: for what cannot be told apart. */
  wholeFile(): Unit {
    return readUnit([{ node: this.#parsed.program, extent: "whole" }], {
      ...this.#context,
      isDefinition: () => false,
    });
  }

  /** What a declaration does while the module loads, or when it is called. */
  effects(name: string, moment: "load" | "call"): Effects {
    const declaration = this.#requireDeclaration(name);
    const node = moment === "load" ? declaration.evaluated : declaration.node;
    return this.#effectsOf(`${moment} ${name}`, node === null ? [] : [node], moment);
  }

  /** What the top-level statements do while the module loads. */
  statementEffects(): Effects {
    return this.#effectsOf("statements", this.#statements, "load");
  }

  /** The code of the definition at a place, or null when no call is there. */
  site(place: Place, how: "definition" | "call"): SiteCode | null {
    const call = this.#callAt(place);
    if (call === null) return null;
    const opened = how === "definition" ? { opened: call } : {};
    const captured = new Set<string>();
    let unit = readUnit([{ node: call, extent: "whole", ...opened }], this.#context);
    while (unit.captured.size > 0) {
      for (const name of unit.capturedNames) captured.add(name);
      unit = readUnit([{ node: outermost(unit.captured), extent: "whole", ...opened }], this.#context);
    }
    return { unit, captured: [...captured] };
  }

  origin(offset: number): Place {
    return this.#parsed.origin(offset);
  }

  #unit(key: string, pieces: readonly Piece[]): Unit {
    let unit = this.#units.get(key);
    if (unit === undefined) {
      unit = readUnit(pieces, this.#context);
      this.#units.set(key, unit);
    }
    return unit;
  }

  #effectsOf(key: string, nodes: readonly SyntaxNode[], moment: "load" | "call"): Effects {
    let effects = this.#effects.get(key);
    if (effects === undefined) {
      const each = nodes.map((node) => effectsOf(node, moment, this.#context));
      effects = {
        disturbs: each.some((one) => one.disturbs),
        reads: each.flatMap((one) => one.reads),
        calls: each.flatMap((one) => one.calls),
      };
      this.#effects.set(key, effects);
    }
    return effects;
  }

  #requireDeclaration(name: string): Declaration {
    const declaration = this.#declarations.get(name);
    if (declaration === undefined) throw new Error(`${this.path} declares no ${name}`);
    return declaration;
  }

  #readStatement(statement: SyntaxNode): void {
    switch (statement.type) {
      case "ImportDeclaration":
        return this.#readImport(statement);
      case "ExportAllDeclaration":
        return this.#readStar(statement);
      case "ExportNamedDeclaration":
        return this.#readExport(statement);
      case "ExportDefaultDeclaration":
        return this.#readDefault(statement.declaration);
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "VariableDeclaration":
        this.#declare(statement);
        return;
      case "EmptyStatement":
        return;
      default:
        this.#statements.push(statement);
    }
  }

  #readImport(node: Extract<SyntaxNode, { type: "ImportDeclaration" }>): void {
    const specifier = String(node.source.value);
    for (const part of node.specifiers) {
      const imported =
        part.type === "ImportSpecifier"
          ? (nameOf(part.imported) ?? "")
          : part.type === "ImportDefaultSpecifier"
            ? "default"
            : "*";
      this.imports.set(part.local.name, { specifier, imported });
    }
    // What is left of `import { type A } from` when types are gone is no import for effect.
    const isBare =
      node.specifiers.length === 0 && !this.#parsed.text.slice(node.start, node.source.start).includes("{");
    if (isBare) this.bareImports.push(specifier);
  }

  #readStar(node: Extract<SyntaxNode, { type: "ExportAllDeclaration" }>): void {
    const specifier = String(node.source.value);
    const name = node.exported ? nameOf(node.exported) : null;
    if (name === null) this.stars.push(specifier);
    else this.exports.set(name, { kind: "from", specifier, imported: "*" });
  }

  #readExport(node: Extract<SyntaxNode, { type: "ExportNamedDeclaration" }>): void {
    if (node.declaration) {
      for (const name of this.#declare(node.declaration)) this.exports.set(name, { kind: "local", name });
    }
    for (const part of node.specifiers) {
      const exported = nameOf(part.exported) ?? "";
      const local = nameOf(part.local) ?? "";
      const specifier = node.source ? String(node.source.value) : null;
      this.exports.set(
        exported,
        specifier === null ? { kind: "local", name: local } : { kind: "from", specifier, imported: local },
      );
    }
  }

  #readDefault(node: SyntaxNode): void {
    const named =
      (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") && node.id !== null;
    if (named) for (const name of this.#declare(node)) this.exports.set("default", { kind: "local", name });
    else {
      this.#declarations.set("default", { node, evaluated: isFunctionNode(node) ? null : node });
      this.exports.set("default", { kind: "local", name: "default" });
    }
  }

  #declare(node: SyntaxNode): readonly string[] {
    if (node.type !== "VariableDeclaration") {
      const name = "id" in node && node.id?.type === "Identifier" ? node.id.name : "default";
      this.#declarations.set(name, { node, evaluated: isFunctionNode(node) ? null : node });
      return [name];
    }
    return node.declarations.flatMap((declarator) => {
      const names = namesIn(declarator.id);
      const declaration = { node: declarator, evaluated: declarator.init ?? null };
      for (const name of names) this.#declarations.set(name, declaration);
      return names;
    });
  }

  /** Whether a call is `task(…)`, `script(…)`, … of Ligase, or `.with(…)` of one. */
  #isDefinition(node: SyntaxNode): boolean {
    if (node.type !== "CallExpression") return false;
    const { callee } = node;
    if (callee.type === "Identifier")
      return this.#isLigase(callee, (origin) => DEFINERS.has(origin.imported));
    if (callee.type !== "MemberExpression") return false;
    const member = nameOf(callee.property) ?? "";
    if (member === "with") return this.#isDefinition(callee.object);
    return DEFINERS.has(member) && this.#isLigase(callee.object, (origin) => origin.imported === "*");
  }

  #isAsset(node: SyntaxNode): boolean {
    if (node.type !== "CallExpression") return false;
    const { callee } = node;
    if (callee.type !== "MemberExpression")
      return this.#isLigase(callee, (origin) => origin.imported === "asset");
    return (
      nameOf(callee.property) === "asset" &&
      this.#isLigase(callee.object, (origin) => origin.imported === "*")
    );
  }

  #isLigase(node: SyntaxNode, accepts: (origin: ImportedName) => boolean): boolean {
    if (node.type !== "Identifier") return false;
    const { bindings } = this.#context;
    const origin = this.imports.get(node.name);
    if (origin === undefined || bindings.scopeOf.get(node) !== bindings.module) return false;
    return LIGASE_PACKAGES.has(origin.specifier) && accepts(origin);
  }

  /** Calls by the place V8 gives them in a stack trace; where several calls share a line, only the exact place counts. */
  #callAt({ line, column }: Place): CallNode | null {
    this.#sites ??= this.#indexCalls();
    return this.#sites.get(`${line}:${column}`) ?? this.#sites.get(`definition ${line}`) ?? null;
  }

  #indexCalls(): Map<string, CallNode> {
    const sites = new Map<string, CallNode>();
    const stack: SyntaxNode[] = [this.#parsed.program];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.type === "CallExpression") this.#indexCall(sites, node);
      stack.push(...childrenOf(node));
    }
    return sites;
  }

  #indexCall(sites: Map<string, CallNode>, call: CallNode): void {
    const offsets = callOffsets(call, this.#parsed.text);
    for (const offset of offsets) {
      const { line, column } = this.origin(offset);
      sites.set(`${line}:${column}`, call);
    }
    if (this.#isDefinition(call)) sites.set(`definition ${this.origin(offsets[0] ?? call.start).line}`, call);
  }
}

const DEFINERS = new Set(["task", "script", "workflow", "external"]);

/** Where V8 may say that a call is: at its name, or at its parenthesis. */
function callOffsets(call: CallNode, text: string): readonly number[] {
  const { callee } = call;
  if (callee.type === "Identifier") return [callee.start];
  if (callee.type === "MemberExpression" && !callee.computed) return [callee.property.start];
  return [callee.end, text.indexOf("(", callee.end)];
}

function outermost(scopes: ReadonlySet<Scope>): SyntaxNode {
  let node: SyntaxNode | null = null;
  for (const scope of scopes) if (node === null || scope.node.start < node.start) node = scope.node;
  if (node === null) throw new Error("No scope to choose from");
  return node;
}

function isCommonJs(
  path: string,
  { program }: ParsedModule,
  scopeOf: ReadonlyMap<{ readonly name: string }, unknown>,
): boolean {
  if (/\.c[jt]s$/.test(path)) return true;
  if (/\.m[jt]s$/.test(path)) return false;
  if (program.body.some((statement) => /^(Import|Export)/.test(statement.type))) return false;
  for (const [identifier, scope] of scopeOf) {
    if (scope === null && /^(require|module|exports)$/.test(identifier.name)) return true;
  }
  return false;
}
