import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/ligase.js", import.meta.url));
const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));
/** A program of util-linux that gives another one a terminal. */
const PSEUDO_TERMINAL = "script";
const LONGEST_MS = 60_000;

/** How the program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The program in a folder of its own, which goes with the test. */
export class CommandLine {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#environment = environment;
  }

  static make(
    t: Pick<TestContext, "after">,
    files: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): CommandLine {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-cli-")));
    t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const commandLine = new CommandLine(folder, environment);
    symlinkSync(MODULES, join(folder, "node_modules"));
    commandLine.write({ "package.json": '{ "type": "module" }', ...files });
    return commandLine;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.folder, name), content);
  }

  /** Runs the program to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    return await ending(this.start(args));
  }

  /** The same, with more in its environment. */
  async runIn(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
    return await ending(this.start(args, environment));
  }

  /** The same, with text on standard input. */
  async runWith(input: string, ...args: readonly string[]): Promise<Ended> {
    const child = this.start(args);
    child.stdin.end(input);
    return await ending(child);
  }

  /** Starts the program; its output is to be read. */
  start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcessByStdio<Writable, Readable, Readable> {
    return spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.#environment, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: LONGEST_MS,
    });
  }

  /** Starts the program on a pseudo terminal of 100 by 30 characters; keys are written to its standard input. */
  startOnTerminal(args: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
    const command = ["stty cols 100 rows 30;", process.execPath, PROGRAM, ...args].join(" ");
    return spawn(PSEUDO_TERMINAL, ["-qec", command, "/dev/null"], {
      cwd: this.folder,
      env: { ...process.env, ...this.#environment },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: LONGEST_MS,
    });
  }
}

/** Waits for the end of a program, and for all that it writes until then. */
export async function ending(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<Ended> {
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "close")) as [number | null];
  const [out, err] = await output;
  return { code, out, err };
}

/** Waits until a stream has written text that the pattern finds, and gives all that it wrote so far. */
export async function readUntil(stream: Readable, pattern: RegExp): Promise<string> {
  let seen = "";
  stream.setEncoding("utf8");
  for (;;) {
    const chunk = stream.read() as string | null;
    if (chunk !== null) {
      seen += chunk;
      if (pattern.test(seen)) return seen;
    } else if (stream.readableEnded) {
      throw new Error(`It ended without ${pattern}: ${seen}`);
    } else {
      await moreOrEnd(stream);
    }
  }
}

async function moreOrEnd(stream: Readable): Promise<void> {
  const over = new AbortController();
  const options = { signal: over.signal };
  await Promise.race([once(stream, "readable", options), once(stream, "end", options)]);
  over.abort();
}
