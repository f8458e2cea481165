import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashText } from "@ligase/sdk/internal";
import type { CodeInUse } from "./code-in-use.ts";
import { isCurrent, noteTrace, type Trace } from "./sources.ts";
import type { TaskCode } from "./reach.ts";

/** Raised with every change of the normalisation, so that old entries are never believed. */
const FORMAT = 2;

interface Entry {
  readonly format: number;
  readonly trace: Trace;
  /** `line:column` and callers → the answer. */
  readonly answers: Readonly<Record<string, TaskCode>>;
}

/**
 * Answers for the definitions of one file, kept with a trace of all that was read to find them. They are believed only
 * while everything in the trace is as it was, so a hit reads the files but loads no parser.
 */
export class CodeCache {
  readonly #path: string;
  readonly #known: Entry | null;
  readonly #answers = new Map<string, TaskCode>();

  /** Throws `code-edited`. */
  constructor(folder: string, file: string, code: CodeInUse) {
    this.#path = join(folder, `code-${hashText(file).replace(":", "-")}.json`);
    this.#known = readEntry(this.#path, code);
    if (this.#known !== null) noteTrace(this.#known.trace, code);
  }

  get(key: string): TaskCode | null {
    return this.#known?.answers[key] ?? this.#answers.get(key) ?? null;
  }

  set(key: string, code: TaskCode): void {
    this.#answers.set(key, code);
  }

  /** Writes what was added, with the trace of the whole snapshot; readers never see half a file. */
  save(folder: string, trace: Trace): void {
    if (this.#answers.size === 0) return;
    const entry: Entry = {
      format: FORMAT,
      trace: {
        contents: { ...this.#known?.trace.contents, ...trace.contents },
        digests: { ...this.#known?.trace.digests, ...trace.digests },
        realPaths: { ...this.#known?.trace.realPaths, ...trace.realPaths },
      },
      answers: { ...this.#known?.answers, ...Object.fromEntries(this.#answers) },
    };
    try {
      mkdirSync(folder, { recursive: true });
      const temporary = `${this.#path}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(entry));
      renameSync(temporary, this.#path);
    } catch {
      // A store that takes no files has its own way to say so; answers are then found anew each time.
    }
  }
}

function readEntry(path: string, code: CodeInUse): Entry | null {
  try {
    const entry = JSON.parse(readFileSync(path, "utf8")) as Entry;
    return entry.format === FORMAT && isCurrent(entry.trace, code) ? entry : null;
  } catch {
    // An entry that is absent, damaged or closed to us is no answer.
    return null;
  }
}
