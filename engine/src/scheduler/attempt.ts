import { join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import {
  decode,
  encode,
  hashText,
  isDir,
  isFile,
  mentionsFiles,
  needsStoredForm,
  outputPath,
  type Dir,
  type File,
  type JobResult,
  type JobSpec,
  type JobWork,
} from "@ligase/sdk/internal";
import { replaceFiles } from "../cache/replace-files.ts";
import type { FileStore, Publisher } from "../ports/file-store.ts";
import { fileURLToPath } from "node:url";
import type { Job } from "./job.ts";
import { partAt } from "./published.ts";
import type { Grant } from "./resources.ts";

/** Where attempts of a run work and what they may know. */
export interface AttemptPlace {
  readonly runId: string;
  /** Folder below which every attempt has its own. */
  readonly workRoot: string;
  /** The value of a secret by its name. Throws `secret-not-found`. */
  readonly secret: (name: string) => string;
}

/** The specification of a job's present attempt: data only, no user code runs to make it (C16). */
export function specFor(job: Job, grant: Grant, place: AttemptPlace): JobSpec {
  const { definition } = job.entry;
  const work = workOf(job);
  // A `shell` expression brings its own environment.
  const own = work.kind === "script" ? work.script : null;
  return {
    // C18: equal after a power cut, when row numbers are given again.
    id: hashText(`${place.runId} ${job.key} ${job.attempt}`),
    task: definition.name,
    attempt: job.attempt,
    work,
    resources: grant.resources,
    timeoutMs: grant.timeoutMs,
    folder: attemptFolder(place, job),
    env: both(definition.options.env, own?.env),
    secrets: valuesOf(both(definition.options.secrets, own?.secrets), place),
  };
}

type Texts = Readonly<Record<string, string>>;
const NONE: Texts = {};

const both = (a: Texts | undefined, b: Texts | undefined): Texts =>
  a === undefined || b === undefined ? (a ?? b ?? NONE) : { ...a, ...b };

function valuesOf(secrets: Texts, place: AttemptPlace): Texts {
  if (secrets === NONE) return NONE;
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, place.secret(secret)]));
}

// By hand: to join paths takes as long as to hash a key.
export const attemptFolder = (place: AttemptPlace, job: Job): string =>
  `${place.workRoot}/${place.runId}/${job.number}-${job.attempt}`;

function workOf(job: Job): JobWork {
  const { definition } = job.entry;
  switch (definition.kind) {
    case "script":
      return { kind: "script", script: definition.render(job.args) };
    case "task": {
      const argsText = needsStoredForm(job.argsText) ? encode(job.args, { locations: true }) : job.argsText;
      return {
        kind: "function",
        argsText,
        ...(job.checkpoint === null ? {} : { checkpoint: job.checkpoint }),
      };
    }
    case "workflow":
      throw new Error("A workflow is not submitted.");
  }
}

/** Secrets of a local run come from the environment of the process, under `LIGASE_SECRET_` and their name. */
export function secretFromEnvironment(name: string): string {
  const variable = `LIGASE_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
  const value = process.env[variable];
  if (value === undefined) throw new LigaseError("secret-not-found", { name, variable });
  return value;
}

/**
 * Moves files that a function left in its work folder into the file store, and gives the result with them there.
 * A script's outputs are there already.
 */
export async function keepFiles(result: JobResult, folder: string, files: FileStore): Promise<JobResult> {
  if (result.kind !== "value" || !mentionsFiles(result.text)) return result;
  const value = decode(result.text);
  const kept = await replaceFiles(value, (file) => keepFile(file, join(folder, "/"), files));
  return kept === value ? result : { kind: "value", text: encode(kept, { locations: true }) };
}

async function keepFile(value: File | Dir, folder: string, files: FileStore): Promise<File | Dir> {
  if (!value.uri.startsWith("file:")) return value;
  const path = fileURLToPath(value.uri);
  if (!path.startsWith(folder)) return value;
  return files.adopt(path, isDir(value) ? "dir" : "file", value.name);
}

/**
 * Publishes outputs of a script where the user wants them; in the result they are at their new place, so that a result
 * whose published file is gone is not believed. A relative destination starts at `cwd`.
 */
export async function publishOutputs(
  result: JobResult,
  publish: Readonly<Record<string, string>>,
  { files, cwd, by }: { readonly files: FileStore; readonly cwd: string; readonly by: Publisher },
): Promise<JobResult> {
  if (result.kind !== "value" || Object.keys(publish).length === 0) return result;
  let value = decode(result.text);
  for (const [name, destination] of Object.entries(publish)) {
    const path = name === "" ? [] : outputPath(name);
    const output = partAt(value, path);
    if (!isFile(output) && !isDir(output)) continue;
    value = replaceAt(value, path, await files.publish(output, destination, { cwd, by }));
  }
  return { kind: "value", text: encode(value, { locations: true }) };
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? replaceAt(item, rest, part) : item));
  return { ...(value as object), [key]: replaceAt((value as Record<string, unknown>)[key], rest, part) };
}
