import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer } from "./graph.ts";

const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const CLI = fileURLToPath(new URL("../../../cli/bin/ligase.js", import.meta.url));
/** Modules compiled once for all processes: starting one takes half as long. */
let compiled: string | null = null;

/** Where a store is, and the file whose workflow runs on it. */
export interface Place {
  readonly root: string;
  readonly file: string;
}

/** Arguments of Node that go on with a run, or begin it; on one core, for a child of the pool costs as much as the engine. */
export function followCommand({ root, file }: Place, run: string | null): string[] {
  const command = run === null ? ["run"] : ["resume"];
  const target = run === null ? [file, "top"] : [run];
  return [CLI, ...command, "--json", "--root", root, "--cpu", "1", ...target];
}

/** Arguments of Node that go on with what a dead engine left. */
export function takeOverCommand({ root }: Place): string[] {
  return [CLI, "take-over", "--json", "--root", root, "--cpu", "1"];
}

/** Arguments of Node that serve the file, at a port that is free. */
export function serveCommand({ root, file }: Place): string[] {
  return [CLI, "serve", "--json", "--root", root, "--port", "0", file];
}

/** Arguments of Node that decide a gate. */
export function decideCommand(
  { root }: Place,
  address: readonly [run: string, gate: string],
  answer: Answer,
): string[] {
  const name = { approved: "approve", rejected: "reject", answered: "signal" }[answer.outcome];
  const value = answer.value === undefined ? [] : [String(answer.value)];
  return [CLI, name, "--json", "--root", root, ...address, ...value];
}

/** A scratch project in which one workflow is run, killed and resumed. */
export class Scene {
  readonly folder: string;
  /** Working folder of the engine; the store and what is published are below it, and nothing else. */
  readonly disk: string;
  /** Folder of the store. */
  readonly root: string;
  readonly file: string;
  /** Where bodies note that they ran. */
  readonly log: string;
  /** The temporary folder of every process of the run: by its name they are found. */
  readonly temporary: string;
  /** URL of the store; null when it is in the root. */
  readonly store: string | null;

  /** @param diskParent folder below which the disk is to be; the scene's own when it is not given */
  constructor(source: string, name: string, diskParent?: string, store: string | null = null) {
    this.store = store;
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), `ligase-${name}-`)));
    this.disk = join(diskParent ?? this.folder, "disk");
    this.root = join(this.disk, ".ligase");
    this.file = join(this.folder, "flow.ts");
    this.log = join(this.folder, "executed");
    this.temporary = join(this.folder, "tmp");
    for (const folder of [this.disk, this.temporary]) mkdirSync(folder);
    symlinkSync(MODULES, join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module" }');
    writeFileSync(this.log, "");
    writeFileSync(this.file, source);
    for (const module of ["tasks.ts", "label.ts"])
      copyFileSync(new URL(module, import.meta.url), join(this.folder, module));
  }

  /** What a process needs to be told to work in this scene. */
  get place(): Place {
    const { root, file } = this;
    return { root, file };
  }

  /** Where an engine or a reader of this process finds the store. */
  get opened(): { readonly root: string; readonly store?: string } {
    return { root: this.root, ...(this.store === null ? {} : { store: this.store }) };
  }

  /** Environment of every process of the run. */
  get environment(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const store = this.store === null ? {} : { LIGASE_STORE: this.store };
    const folders = { TMPDIR: this.temporary, NODE_COMPILE_CACHE: compiledFolder() };
    return { PATH, HOME, KILL_LOG: this.log, ...folders, ...store };
  }

  /** Which bodies ran, in order: calls, each with its attempt. */
  executed(): readonly string[] {
    return readFileSync(this.log, "utf8").split("\n").slice(0, -1);
  }

  async remove(): Promise<void> {
    for (const folder of [this.disk, this.folder])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function compiledFolder(): string {
  if (compiled !== null) return compiled;
  const folder = mkdtempSync(join(tmpdir(), "ligase-compiled-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (compiled = folder);
}
