import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, createWriteStream, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { File } from "../values/file.ts";
import type { ToolResult } from "./job-context.ts";
import { createStreamMask } from "./masker.ts";
import { endGroup, signalGroup } from "./process-group.ts";
import { readTail } from "./read-tail.ts";
import { LigaseError } from "../errors/ligase-error.ts";
import { ToolFailure } from "./tool-failure.ts";

/** Output of a tool that is handed over as text. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

export interface ToolRequest {
  readonly task: string;
  readonly command: string;
  /** Work folder; `.ligase` in it exists. */
  readonly folder: string;
  /** Which tool of the attempt this is, from 1: its script and logs are `.ligase/run-1.*`. */
  readonly number: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Masked in the logs. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly abortSignal: AbortSignal;
  /** Time between TERM and KILL, read when the abort comes. */
  graceMs(): number;
  /** Told of every process group that lives, so that others can end it if this process dies. */
  readonly watch: GroupWatch;
}

export interface GroupWatch {
  started(group: number): void;
  ended(group: number): void;
}

/** Runs a command in its own process group, with its output in files; nothing of it outlives the call. */
export async function runTool(request: ToolRequest): Promise<ToolResult> {
  request.abortSignal.throwIfAborted();
  const base = join(request.folder, ".ligase", `run-${request.number}`);
  const script = { path: `${base}.sh`, stdout: `${base}.stdout`, stderr: `${base}.stderr` };
  const text = request.command.replace(/^\s*(?=#!)/, "");
  writeFileSync(script.path, text.endsWith("\n") ? text : `${text}\n`);
  const startedMs = performance.now();
  const interpreter = interpreterOf(text);
  const exit = await runScript(request, script, interpreter);
  request.abortSignal.throwIfAborted();
  if (exit.code !== 0) {
    const stderrTail = readTail(script.stderr);
    const facts = {
      command: text,
      exitCode: exit.code,
      exitSignal: exit.signal,
      stderrTail,
      folder: request.folder,
    };
    throw new ToolFailure(facts, {
      task: request.task,
      program: interpreter[0] ?? "bash",
      script: script.path,
    });
  }
  return toolResult(script, performance.now() - startedMs);
}

interface ScriptFiles {
  readonly path: string;
  readonly stdout: string;
  readonly stderr: string;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The interpreter of a `#!` line is named and not executed by the system: the script needs no executable bit. */
function interpreterOf(text: string): readonly string[] {
  const line = /^#!\s*(\S+)[ \t]*(.*)/.exec(text);
  if (line === null) return ["bash", "-euo", "pipefail"];
  const [, program = "bash", argument = ""] = line;
  return argument.trim() === "" ? [program] : [program, argument.trim()];
}

async function runScript(
  request: ToolRequest,
  script: ScriptFiles,
  interpreter: readonly string[],
): Promise<Exit> {
  const isMasked = Object.keys(request.secrets).length > 0;
  const [program = "bash", ...args] = interpreter;
  const child = startScript(program, [...args, script.path], { request, script, isMasked });
  const copies = isMasked
    ? [copyMasked(child.stdout, script.stdout, request), copyMasked(child.stderr, script.stderr, request)]
    : [];
  const [exit] = await Promise.all([waitFor(child, { ...request, program }), ...copies]);
  return exit;
}

function startScript(
  program: string,
  args: readonly string[],
  about: { readonly request: ToolRequest; readonly script: ScriptFiles; readonly isMasked: boolean },
): ChildProcess {
  const { request, script, isMasked } = about;
  const files = isMasked ? [] : [openSync(script.stdout, "w"), openSync(script.stderr, "w")];
  try {
    return spawn(program, args, {
      cwd: request.folder,
      env: request.env,
      detached: true,
      stdio: isMasked ? ["ignore", "pipe", "pipe"] : ["ignore", ...files],
    });
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Copies output to its log with secrets masked; never more than a piece is held in memory. */
function copyMasked(source: NodeJS.ReadableStream | null, path: string, request: ToolRequest): Promise<void> {
  if (source === null) return Promise.resolve();
  const mask = createStreamMask(request.secrets);
  const masked = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, mask.push(chunk)),
    flush: (done) => done(null, mask.end()),
  });
  return pipeline(source, masked, createWriteStream(path));
}

function waitFor(child: ChildProcess, request: ToolRequest & { readonly program: string }): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const group = child.pid;
    if (group === undefined) {
      child.once("error", (cause) =>
        reject(
          new LigaseError(
            "tool-not-started",
            { interpreter: request.program, reason: cause.message },
            { cause },
          ),
        ),
      );
      return;
    }
    request.watch.started(group);
    let stopKill = (): void => undefined;
    const onAbort = (): void => void (stopKill = endGroup(group, request.graceMs()));
    request.abortSignal.addEventListener("abort", onAbort, { once: true });
    child.once("exit", (code, signal) => {
      stopKill();
      request.abortSignal.removeEventListener("abort", onAbort);
      // What the script left in the background ends with it; an open pipe of it would also hold us up.
      signalGroup(group, "SIGKILL");
      request.watch.ended(group);
      resolve({ code, signal });
    });
  });
}

function toolResult(script: ScriptFiles, wallMs: number): ToolResult {
  return {
    get stdout() {
      return readText(script.stdout);
    },
    get stderr() {
      return readText(script.stderr);
    },
    stdoutFile: File.at(script.stdout),
    stderrFile: File.at(script.stderr),
    wallMs,
  };
}

function readText(path: string): string {
  const { size } = statSync(path);
  if (size > MAX_TEXT_BYTES)
    throw new LigaseError("tool-output-too-large", { path, bytes: size, limit: MAX_TEXT_BYTES });
  return readFileSync(path, "utf8").replace(/\r?\n$/, "");
}
