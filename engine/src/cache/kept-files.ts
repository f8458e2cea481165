import { compileParse, identifyFiles, survey } from "@ligase/sdk/internal";
import { replaceFiles } from "./replace-files.ts";
import type { GateRecord } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";

/**
 * An answer with the content of its files read and kept, whatever becomes of them where somebody wrote them, and on the
 * disk (C18). One without files, or that does not fit, comes back as it is.
 */
export async function withFilesKept(
  { schema }: Pick<GateRecord, "schema">,
  value: unknown,
  files: FileStore,
): Promise<unknown> {
  if (schema === null) return value;
  const parsed = compileParse(schema, { form: "json", baseDir: process.cwd() })(value);
  if (!parsed.ok || survey(parsed.value) !== "files") return value;
  const read = await identifyFiles(parsed.value, (file) => files.identify(file));
  const kept = await replaceFiles(read, (file) => files.pin(file));
  await files.flush();
  return kept;
}
