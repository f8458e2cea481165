import { dirname } from "node:path";
import type { Effects } from "./load-effects.ts";
import { ModuleCode, type ImportedName } from "./module-code.ts";
import { parseModule } from "./parse-module.ts";
import type { PlaceIn } from "./places.ts";
import { resolveImport, type Target } from "./resolve.ts";
import type { Sources } from "./sources.ts";

/** Where the code behind a name is. */
export type Destination =
  | { readonly kind: "declaration"; readonly module: ModuleCode; readonly name: string }
  /** All that a module declares and exports: a namespace used as a value, or an import for effect. */
  | { readonly kind: "module"; readonly module: ModuleCode }
  | { readonly kind: "outside"; readonly target: Exclude<Target, { kind: "code" }>; readonly name: string };

export interface Route {
  readonly destination: Destination;
  /** Modules that only passed the name on; they were loaded, so their side effects count. */
  readonly through: readonly ModuleCode[];
}

/** Parsed modules of this process by path; used again while their text is the same. */
const parsed = new Map<string, { readonly text: string; readonly module: ModuleCode }>();

/** The modules of a project and how names lead from one to another. */
export class ModuleGraph {
  readonly #sources: Sources;
  readonly #targets = new Map<string, Target>();
  readonly #totals = new Map<Effects, TotalEffects>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** A project module by its real path. Throws `code-not-parsable`, `bundler-missing`. */
  module(path: string): ModuleCode {
    const text = this.#sources.text(path) ?? "";
    const known = parsed.get(path);
    if (known?.text === text) return known.module;
    const module = new ModuleCode(path, parseModule(path, text));
    parsed.set(path, { text, module });
    return module;
  }

  /** What an import of a module stands for. */
  target(specifier: string, from: ModuleCode): Target {
    const key = `${dirname(from.path)}\n${specifier}`;
    let target = this.#targets.get(key);
    if (target === undefined) {
      target = resolveImport(specifier, from.path, this.#sources);
      this.#targets.set(key, target);
    }
    return target;
  }

  /** Where an import of a module as a whole leads. */
  routeToModule(specifier: string, from: ModuleCode): Route {
    return this.#routeTo({ specifier, imported: "*" }, null, from, new Set());
  }

  /** Where a name of a module's top level leads, with the member when it is used as `name.member`. */
  route(module: ModuleCode, name: string, member: string | null): Route {
    return this.#routeLocal(module, name, member, new Set());
  }

  /** Where a name that a module exports leads. */
  routeOfExport(module: ModuleCode, name: string): Route {
    return this.#routeExport(module, name, null, new Set()) ?? missing(name);
  }

  /** A path without symbolic links, as stack traces of modules have it. */
  realPath(path: string): string {
    return this.#sources.realPath(path) ?? path;
  }

  #routeLocal(module: ModuleCode, name: string, member: string | null, seen: Set<string>): Route {
    if (module.declares(name)) return { destination: { kind: "declaration", module, name }, through: [] };
    const origin = module.imports.get(name);
    if (origin === undefined) return missing(name);
    return this.#routeTo(origin, member, module, seen);
  }

  #routeTo(origin: ImportedName, member: string | null, from: ModuleCode, seen: Set<string>): Route {
    const { specifier, imported } = origin;
    const target = this.target(specifier, from);
    const wanted = imported === "*" ? member : imported;
    if (target.kind !== "code") {
      return { destination: { kind: "outside", target, name: wanted ?? "*" }, through: [] };
    }
    const module = this.module(target.path);
    if (wanted === null || module.isCommonJs) return { destination: { kind: "module", module }, through: [] };
    return this.#routeExport(module, wanted, imported === "*" ? null : member, seen) ?? missing(wanted);
  }

  /** Follows re-exports, which may run in circles; null when the module exports no such name. */
  #routeExport(module: ModuleCode, name: string, member: string | null, seen: Set<string>): Route | null {
    const key = `${module.path}\n${name}`;
    if (seen.has(key)) return null;
    seen.add(key);
    const exported = module.exports.get(name);
    if (exported?.kind === "local")
      return passedBy(module, this.#routeLocal(module, exported.name, member, seen));
    if (exported !== undefined) {
      return passedBy(module, this.#routeTo(exported, member, module, seen));
    }
    return name === "default" ? null : this.#routeStar(module, name, member, seen);
  }

  /** A name from `export *`: from a project module that has it, else from the packages that may have it. */
  #routeStar(module: ModuleCode, name: string, member: string | null, seen: Set<string>): Route | null {
    let outside: Route | null = null;
    for (const specifier of module.stars) {
      const target = this.target(specifier, module);
      if (target.kind !== "code") {
        outside ??= { destination: { kind: "outside", target, name }, through: [module] };
        continue;
      }
      const found = this.#routeExport(this.module(target.path), name, member, seen);
      if (found !== null && !isMissing(found)) return passedBy(module, found);
    }
    return outside;
  }

  /** What code does and reads in the end: its own effects and those of the project functions it calls. */
  totalEffects(module: ModuleCode, effects: Effects): TotalEffects {
    let total = this.#totals.get(effects);
    if (total === undefined) {
      total = this.#sumEffects(module, effects);
      this.#totals.set(effects, total);
    }
    return total;
  }

  #sumEffects(module: ModuleCode, effects: Effects): TotalEffects {
    const reads: PlaceIn[] = [];
    let disturbs = false;
    const seen = new Set<string>();
    const stack = [{ module, effects }];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      const { module: at } = item;
      disturbs ||= item.effects.disturbs;
      for (const offset of item.effects.reads) reads.push({ file: at.path, ...at.origin(offset) });
      for (const { name, member } of item.effects.calls) {
        const { destination } = this.route(at, name, member);
        if (destination.kind !== "declaration") continue;
        const key = `${destination.module.path}\n${destination.name}`;
        if (seen.has(key)) continue;
        seen.add(key);
        stack.push({
          module: destination.module,
          effects: destination.module.effects(destination.name, "call"),
        });
      }
    }
    return { disturbs, reads };
  }
}

interface TotalEffects {
  readonly disturbs: boolean;
  readonly reads: readonly PlaceIn[];
}

const missing = (specifier: string): Route => ({
  destination: { kind: "outside", target: { kind: "missing", specifier }, name: specifier },
  through: [],
});

const isMissing = ({ destination }: Route): boolean =>
  destination.kind === "outside" && destination.target.kind === "missing";

function passedBy(module: ModuleCode, route: Route): Route {
  const { destination } = route;
  if (destination.kind === "declaration" && destination.module === module) return route;
  return { destination, through: [module, ...route.through] };
}
