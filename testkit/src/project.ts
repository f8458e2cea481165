import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { decode } from "@ligase/sdk/internal";
import type { Refusal, RunReport, RunRequest } from "./run-file.ts";

/** The program that runs something of a file; its argument is a `RunRequest` as JSON. */
export const RUN_FILE = fileURLToPath(new URL("./run-file.ts", import.meta.url));
const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));
/** Modules compiled once for all processes of these tests: starting one takes half as long. */
const COMPILED = mkdtempSync(join(tmpdir(), "ligase-compiled-"));
process.on("exit", () => rmSync(COMPILED, { recursive: true, force: true }));
/** A run that takes longer hangs: its process is ended and the test fails. */
const LONGEST_MS = 120_000;

/** What was run, with its value read. */
export interface Ran extends RunReport {
  readonly value: unknown;
}

/** Options of a run in a project: its file is `flow.ts` and its root the project's, unless told otherwise. */
export interface ProjectRun extends Omit<Partial<RunRequest>, "name" | "args"> {
  /** By a user who may do little, where the tests run as the superuser, who may do everything. */
  readonly asNobody?: boolean;
}

const NOBODY = 65_534;

/**
 * A user's project in a folder of its own, which goes with the test. Each run is a process of its own. Bodies call
 * `ran("…")` of `./ran.ts`, so that the test can tell which were executed; scripts append a line to `log`.
 */
export class Project {
  readonly folder: string;
  readonly root: string;
  /** Where executed bodies leave a line. */
  readonly log: string;
  #seen = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, ".ligase");
    this.log = join(folder, "executed");
  }

  static make(t: { after(end: () => void): void }, files: Readonly<Record<string, string>> = {}): Project {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-project-")));
    t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const project = new Project(folder);
    symlinkSync(MODULES, join(folder, "node_modules"));
    project.write({ "package.json": '{ "type": "module" }', "ran.ts": ranModule(project.log), ...files });
    return project;
  }

  /** Writes or replaces files, by path in the project. `LOG` in their text stands for the log's path. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), content.replaceAll("$LOG", this.log));
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a task or workflow to its end in a new process. Throws when it is refused or the process dies. */
  async run(name: string, args: unknown = {}, options: ProjectRun = {}): Promise<Ran> {
    const ending = await this.ending(name, args, options);
    if ("refused" in ending) throw new Error(`Refused: ${ending.refused.code}: ${ending.refused.message}`);
    return ending;
  }

  /** The same, where it may be refused. */
  async ending(name: string, args: unknown = {}, options: ProjectRun = {}): Promise<Ran | Refusal> {
    const child = this.start(name, args, options);
    const [output, errors] = [text(child.stdout), text(child.stderr)];
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (code !== 0) throw new Error(`The run ended with ${signal ?? code}: ${await output}${await errors}`);
    const report = JSON.parse((await output).trim().split("\n").at(-1) ?? "") as RunReport | Refusal;
    return "refused" in report ? report : { ...report, value: decode(report.valueText) };
  }

  /** Runs it in a process that is expected to be killed. */
  async runAndDie(name: string, args: unknown, options: ProjectRun): Promise<"died" | "ended"> {
    const child = this.start(name, args, options);
    child.stdout.resume();
    child.stderr.resume();
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    return signal === "SIGKILL" ? "died" : "ended";
  }

  /** Starts the process of a run. */
  start(
    name: string,
    args: unknown,
    { asNobody = false, ...options }: ProjectRun,
  ): ChildProcessByStdio<null, Readable, Readable> {
    if (asNobody) chmodSync(this.folder, 0o777);
    const user = asNobody && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const request = {
      root: this.root,
      file: join(this.folder, "flow.ts"),
      name,
      args,
      ...options,
    } satisfies RunRequest;
    return spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", RUN_FILE, JSON.stringify(request)],
      {
        cwd: this.folder,
        env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: LONGEST_MS,
        ...user,
      },
    );
  }

  /** What was executed since the last time this was asked, sorted. */
  executed(): readonly string[] {
    const lines = existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n").slice(0, -1) : [];
    const fresh = lines.slice(this.#seen);
    this.#seen = lines.length;
    return fresh.toSorted();
  }
}

const ranModule = (log: string): string => `import { appendFileSync } from "node:fs";
export const ran = (what: string): void => appendFileSync(${JSON.stringify(log)}, what + "\\n");
`;
