import { execFileSync, spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian puts the programs of the newest Postgres that is installed; undefined when none is. */
export function postgresPrograms(): string | undefined {
  return globSync("/usr/lib/postgresql/*/bin").findLast((folder) => existsSync(join(folder, "initdb")));
}

/** A new server needs a part of a second to take connections. */
const READY_MS = 30_000;

/**
 * A server of its own for a test file, reached by a socket in a folder. It runs under a user without rights when the
 * tests run as root, for it refuses to be root, and ends with the process of the test.
 */
export class PostgresServer {
  readonly #programs: string;
  readonly #folder: string;
  readonly #as: readonly string[];
  #schemas = 0;

  constructor() {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error("Postgres is not installed.");
    this.#programs = programs;
    this.#folder = mkdtempSync(join(tmpdir(), "ligase-postgres-"));
    this.#as = ["setpriv", "--pdeathsig=QUIT", ...this.#unprivileged()];
    this.#run("initdb", "-D", this.#data, "-A", "trust", "-U", "ligase", "-N", "--no-locale", "-E", "UTF8");
    this.start();
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  #unprivileged(): readonly string[] {
    if (process.getuid?.() !== 0) return [];
    const idOf = (flag: string): number =>
      Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(this.#folder, idOf("-u"), idOf("-g"));
    return ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
  }

  /** Returns when connections are taken. */
  start(): void {
    this.#serve("");
    const until = Date.now() + READY_MS;
    while (!this.isReady) if (Date.now() > until) throw new Error("Postgres does not start.");
  }

  /** `fast` ends all sessions and writes what is to be written; `immediate` is a crash. */
  stop(mode: "fast" | "immediate"): void {
    this.#run(...this.#stopping(mode));
  }

  /** Begins to stop and start, while the caller may stand still: sessions end, nothing that was committed is lost. */
  restart(): void {
    this.#serve(`${quoted(this.#command(...this.#stopping("fast")))} &&`);
  }

  /** Kills all its processes and begins to start it again, while the caller may stand still. */
  crash(): void {
    const { pid } = this;
    if (pid === null) throw new Error("Postgres does not run.");
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    const killed = [pid, ...children.map(Number)];
    for (const each of killed) killIfThere(each);
    // A dead process still counts for these while its parent, we, stands still.
    for (const lock of [join(this.#data, "postmaster.pid"), join(this.#folder, ".s.PGSQL.5432.lock")])
      rmSync(lock, { force: true });
    // Until none of them holds the shared memory a new server refuses to start.
    const gone = "while grep -qs '^State:.[^ZX]' /proc/$p/status; do sleep 0.01; done";
    this.#serve(`for p in ${killed.join(" ")}; do ${gone}; done;`);
  }

  /** Whether connections are taken. */
  get isReady(): boolean {
    try {
      this.#run("pg_isready", "-q", "-h", this.#folder);
      return true;
    } catch {
      return false;
    }
  }

  /** Changes with each start; null when there is none. */
  get pid(): number | null {
    const file = join(this.#data, "postmaster.pid");
    return existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : null;
  }

  #stopping(mode: string): readonly [string, ...string[]] {
    return ["pg_ctl", "-D", this.#data, "-w", "-m", mode, "stop"];
  }

  #serve(before: string): void {
    // What a crash of the server loses does not depend on the disk.
    const settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"];
    const serving = quoted(this.#command("postgres", "-D", this.#data, "-k", this.#folder, ...settings));
    const log = openSync(join(this.#folder, "log"), "a");
    const stdio: StdioOptions = ["ignore", log, log];
    spawn("sh", ["-c", `${before} exec ${serving}`], { cwd: this.#folder, stdio }).unref();
    closeSync(log);
  }

  /** The URL of a store; by default of one that was never there. */
  url(schema = `store_${++this.#schemas}`): string {
    return `postgres://ligase@${encodeURIComponent(this.#folder)}/postgres?schema=${schema}`;
  }

  /** Runs SQL in the schema of a store, on a connection of its own, and gives the rows as lines. */
  sql(url: string, text: string): readonly string[] {
    const schema = new URL(url).searchParams.get("schema") ?? "";
    const input = `SET search_path TO "${schema}"; ${text}`;
    const rows = execFileSync(this.#psql, this.#psqlOptions, { input, encoding: "utf8", stdio: "pipe" });
    return rows.split("\n").filter((row) => row !== "");
  }

  /** Begins to run SQL, in a process that goes on while the caller stands still. */
  begin(text: string): ChildProcess {
    return spawn(this.#psql, [...this.#psqlOptions, "-c", text], { stdio: "ignore" });
  }

  get #psql(): string {
    return join(this.#programs, "psql");
  }

  get #psqlOptions(): readonly string[] {
    return ["-XqAt", "-v", "ON_ERROR_STOP=1", "-h", this.#folder, "-U", "ligase", "-d", "postgres"];
  }

  /** Ends the sessions of all stores. */
  cutConnections(): void {
    this.sql(
      this.url("public"),
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ligase'",
    );
  }

  [Symbol.dispose](): void {
    if (this.pid !== null) this.stop("immediate");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, ...args: readonly string[]): void {
    const [command = "", ...rest] = this.#command(program, ...args);
    execFileSync(command, rest, { cwd: this.#folder, stdio: "ignore" });
  }

  #command(program: string, ...args: readonly string[]): readonly string[] {
    return [...this.#as, join(this.#programs, program), ...args];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** As the shell reads it. */
const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
