import { dirname, resolve } from "node:path";
import { hashText, unreachable, type Hash } from "@ligase/sdk/internal";
import type { Effects } from "./load-effects.ts";
import { readJson } from "./manifest.ts";
import type { ModuleCode } from "./module-code.ts";
import type { Destination, ModuleGraph, Route } from "./module-graph.ts";
import type { Packages } from "./packages.ts";
import type { PlaceIn } from "./places.ts";
import type { Sources } from "./sources.ts";
import type { Extent, Unit } from "./unit.ts";
import { codeWarning, type CodeWarning, type CodeWarningKind } from "./warning.ts";

/** The code of a task as it counts. */
export interface TaskCode {
  readonly hash: Hash;
  readonly warnings: readonly CodeWarning[];
}

/** One thing reached: how it counts by itself, and the numbers of what it leads to. */
interface Node {
  readonly content: string;
  readonly edges: (readonly [name: string, to: number])[];
}

/**
 * Walks from a piece of code to everything it reaches. Nodes are numbered in order of discovery, which depends on the
 * code alone: neither the paths of files nor the names of folders are in the hash.
 */
export class Reach {
  readonly #graph: ModuleGraph;
  readonly #packages: Packages;
  readonly #sources: Sources;
  readonly #nodes: Node[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #modules = new Set<ModuleCode>();
  /** What is still to be followed: a list and not recursion, for chains of modules may be long. */
  readonly #queue: (() => void)[] = [];
  readonly #warnings = new Map<string, CodeWarning>();

  constructor(parts: {
    readonly graph: ModuleGraph;
    readonly packages: Packages;
    readonly sources: Sources;
  }) {
    this.#graph = parts.graph;
    this.#packages = parts.packages;
    this.#sources = parts.sources;
  }

  /** Adds a piece of code to start from. */
  start(module: ModuleCode, unit: Unit): void {
    this.#add(unit.hash, (node) => this.#follow(module, unit, node));
    this.#reachModule(module);
  }

  /** Adds a file as a whole, with all it imports. */
  startWithFile(module: ModuleCode): void {
    this.#numberOfFile(module);
  }

  warn(kind: CodeWarningKind, place: PlaceIn, detail?: string): void {
    const key = `${kind} ${place.file}:${place.line}:${place.column}`;
    this.#warnings.set(key, codeWarning(kind, place, detail));
  }

  /** Follows everything to the end. */
  finish(): TaskCode {
    // The queue grows while it is walked.
    for (const follow of this.#queue) follow();
    const text = JSON.stringify(this.#nodes.map(({ content, edges }) => [content, edges]));
    return { hash: hashText(text), warnings: [...this.#warnings.values()] };
  }

  #add(content: string, follow: (node: Node) => void): number {
    const node: Node = { content, edges: [] };
    this.#queue.push(() => follow(node));
    return this.#nodes.push(node) - 1;
  }

  /** The number of the node of a key, which is added when it is new. */
  #number(key: string, content: () => string, follow: (node: Node) => void): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#add(content(), follow);
      this.#numbers.set(key, number);
    }
    return number;
  }

  #follow(module: ModuleCode, unit: Unit, node: Node): void {
    for (const { kind, offset } of unit.hazards) this.warn(kind, placeIn(module, offset));
    for (const reference of unit.references) {
      if (reference.kind === "module") this.#followModule(reference.specifier, module, node);
      else if (reference.kind === "asset")
        node.edges.push(["asset", this.#numberOfAsset(reference.path, module)]);
      else {
        const { name, member, extent } = reference;
        const number = this.#numberOf(this.#graph.route(module, name, member), extent, module);
        node.edges.push([`${name}.${member}`, number]);
      }
    }
  }

  #followModule(specifier: string, from: ModuleCode, node: Node): void {
    node.edges.push(["*", this.#numberOf(this.#graph.routeToModule(specifier, from), "whole", from)]);
  }

  #numberOf({ destination, through }: Route, extent: Extent, from: ModuleCode): number {
    for (const module of through) this.#reachModule(module);
    switch (destination.kind) {
      case "declaration":
        return this.#numberOfDeclaration(destination.module, destination.name, extent);
      case "module":
        return this.#numberOfModule(destination.module);
      case "outside":
        return this.#numberOfOutside(destination.target, destination.name, from);
      default:
        return unreachable(destination);
    }
  }

  #numberOfDeclaration(module: ModuleCode, name: string, extent: Extent): number {
    const unit = module.declaration(name, extent);
    return this.#number(
      `${module.path}\n${extent} ${name}`,
      () => unit.hash,
      (node) => {
        this.#reachModule(module);
        if (extent === "whole") this.#warnOfReads(module, module.effects(name, "load"));
        this.#follow(module, unit, node);
      },
    );
  }

  /** Adds once what happens while a reached module loads. */
  #reachModule(module: ModuleCode): void {
    if (module.isCommonJs || this.#modules.has(module)) return;
    this.#modules.add(module);
    this.#queue.push(() => this.#addSideEffects(module));
  }

  /** The side effects of a module: its statements, its imports for effect, its disturbing variables. */
  #addSideEffects(module: ModuleCode): void {
    const disturbing = module.declaredNames.filter((name) => this.#disturbs(module, name));
    const isCalm = !module.hasStatements && module.bareImports.length === 0 && disturbing.length === 0;
    if (isCalm) return;
    const statements = module.statements();
    this.#warnOfReads(module, module.statementEffects());
    this.#add(statements.hash, (node) => {
      this.#follow(module, statements, node);
      for (const specifier of module.bareImports) this.#followModule(specifier, module, node);
      for (const name of disturbing)
        node.edges.push([name, this.#numberOfDeclaration(module, name, "whole")]);
    });
  }

  #disturbs(module: ModuleCode, name: string): boolean {
    return this.#graph.totalEffects(module, module.effects(name, "load")).disturbs;
  }

  #warnOfReads(module: ModuleCode, effects: Effects): void {
    for (const place of this.#graph.totalEffects(module, effects).reads) this.warn("load-time-read", place);
  }

  /** All that a module declares and passes on. */
  #numberOfModule(module: ModuleCode): number {
    if (module.isCommonJs) return this.#numberOfFile(module);
    return this.#number(
      `${module.path}\nmodule`,
      () => "module",
      (node) => {
        this.#reachModule(module);
        for (const name of module.declaredNames.toSorted()) {
          node.edges.push([name, this.#numberOfDeclaration(module, name, "whole")]);
        }
        for (const name of [...module.exports.keys()].toSorted()) {
          const route = this.#graph.routeOfExport(module, name);
          node.edges.push([name, this.#numberOf(route, "whole", module)]);
        }
        for (const specifier of module.stars) this.#followModule(specifier, module, node);
      },
    );
  }

  #numberOfFile(module: ModuleCode): number {
    const unit = module.wholeFile();
    if (module.isCommonJs) this.warn("whole-file", placeIn(module, 0), "The file is a CommonJS module");
    return this.#number(
      `${module.path}\nfile`,
      () => unit.hash,
      (node) => {
        this.#follow(module, unit, node);
        for (const specifier of module.specifiers) this.#followModule(specifier, module, node);
      },
    );
  }

  /** The bytes of a file beside a module. One that is not there is an error when the code runs. */
  #numberOfAsset(path: string, from: ModuleCode): number {
    const absolute = resolve(dirname(from.path), path);
    return this.#number(
      `${absolute}\nasset`,
      () => this.#sources.digest(absolute) ?? "missing",
      () => undefined,
    );
  }

  #numberOfOutside(target: Outside, name: string, from: ModuleCode): number {
    return this.#number(
      `${JSON.stringify(target)} ${name}`,
      () => `${name} of ${this.#describe(target, from)}`,
      () => undefined,
    );
  }

  #describe(target: Outside, from: ModuleCode): string {
    switch (target.kind) {
      case "name":
        return target.name;
      case "package":
        return `${target.name} ${this.#packages.hash(target.folder)}`;
      case "data":
        return hashText(dataText(target.path, this.#sources));
      case "missing":
        this.warn("import-not-found", { file: from.path, line: 1, column: 1 }, target.specifier);
        return "missing";
      default:
        return unreachable(target);
    }
  }
}

/** JSON counts by its value, other files by their text. */
function dataText(path: string, sources: Sources): string {
  return path.endsWith(".json") ? JSON.stringify(readJson(path, sources)) : (sources.text(path) ?? "");
}

type Outside = Extract<Destination, { kind: "outside" }>["target"];

const placeIn = (module: ModuleCode, offset: number): PlaceIn => ({
  file: module.path,
  ...module.origin(offset),
});
