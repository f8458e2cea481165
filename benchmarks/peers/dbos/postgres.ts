import { execFile } from "node:child_process";
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { SCRATCH } from "../install.ts";
import { startServer } from "../server-process.ts";

const run = promisify(execFile);

/** A Postgres of our own, with its defaults: every commit is FULL. */
export interface Postgres extends AsyncDisposable {
  readonly pid: number;
  /** Makes an empty database, and gives its address. `off`: commits do not wait for the disk. */
  makeDatabase(name: string, synchronousCommit: "on" | "off"): Promise<string>;
}

/** Starts Debian's Postgres on a free port of the loopback interface, on an empty folder that goes when it stops. */
export async function startPostgres(): Promise<Postgres> {
  const programs = programFolder();
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, "postgres-"));
  const user = unprivilegedUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const as = (program: string, args: readonly string[]): [string, string[]] => {
    const path = join(programs, program);
    if (user === null) return [path, [...args]];
    return ["setpriv", [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", path, ...args]];
  };
  await run(...as("initdb", ["-D", data, "-A", "trust", "-U", "postgres"]), { cwd: folder });

  const port = await freePort();
  const psql = (sql: string) =>
    run(...as("psql", ["-h", "127.0.0.1", "-p", `${port}`, "-U", "postgres", "-c", sql]), { cwd: folder });
  const [program, args] = as("postgres", ["-D", data, "-p", `${port}`, "-k", folder, "-h", "127.0.0.1"]);
  const isReady = async () => (await psql("SELECT 1")).stdout !== "";
  const server = await startServer({ program, args, cwd: folder, exitSignal: "SIGINT", isReady });
  return {
    pid: server.pid,
    async makeDatabase(name, synchronousCommit) {
      await psql(`CREATE DATABASE ${name}`);
      await psql(`ALTER DATABASE ${name} SET synchronous_commit = ${synchronousCommit}`);
      return `postgresql://postgres@127.0.0.1:${port}/${name}`;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps each version's programs in a folder of its own. Throws when there is none. */
function programFolder(): string {
  const newest = globSync("/usr/lib/postgresql/*/bin").toSorted().at(-1);
  if (newest === undefined || !existsSync(join(newest, "initdb")))
    throw new Error("DBOS needs Postgres: apt-get install postgresql");
  return newest;
}

/** Postgres refuses to run as root; Debian's package makes a user for it. Null when this process is not root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (entry === null) throw new Error("There is no user `postgres`: apt-get install postgresql");
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
