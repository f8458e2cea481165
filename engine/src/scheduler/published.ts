import { COPY, isDir, isFile, isShellCall, outputPath, type Dir, type File } from "@ligase/sdk/internal";
import type { FileStore, Publisher } from "../ports/file-store.ts";
import type { Job } from "./job.ts";

/** A job as one that publishes. */
export const publisherOf = (run: string, { number, entry }: Job): Publisher => ({
  run,
  job: number,
  task: entry.definition.name,
});

/** What a job published when it ran stays: nothing else of this run may be put in its place. */
export function keepPublished(
  job: Job,
  value: unknown,
  { files, runId }: { readonly files: FileStore; readonly runId: string },
): void {
  for (const published of publishedBy(job, value)) files.keepPublished(published, publisherOf(runId, job));
}

/** The files of a job's value that are where the user wants them. */
function publishedBy({ entry: { definition }, args }: Job, value: unknown): readonly (File | Dir)[] {
  if (definition.kind !== "script") return definition.name === COPY ? filesAmong([value]) : NONE;
  const { publish } = isShellCall(definition.name) ? definition.render(args) : definition.template;
  const names = Object.keys(publish);
  return names.length === 0 ? NONE : filesAmong(names.map((name) => partAt(value, outputPath(name))));
}

const NONE: readonly never[] = [];

const filesAmong = (values: readonly unknown[]): readonly (File | Dir)[] =>
  values.filter((value) => isFile(value) || isDir(value));

export const partAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key], value);
