import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dir, File, type JobContext } from "@ligase/sdk";
import { COPY, DOWNLOAD, findTask, isDir, type RunnableTask } from "@ligase/sdk/internal";
import { download } from "../files/download.ts";
import type { FileStore, Publisher } from "../ports/file-store.ts";

/**
 * Bodies of the tasks that Ligase brings along. The SDK knows their names and types and makes their calls anywhere; they
 * run in the engine's own process, which has the file store.
 */
export function builtInTasks(
  files: Pick<FileStore, "publish" | "adopt">,
): (name: string) => RunnableTask | undefined {
  const bodies: Readonly<Record<string, (args: never, context: JobContext) => Promise<File | Dir>>> = {
    [COPY]: (args: CopyArguments, context) => copyTo(args, context, files),
    [DOWNLOAD]: (args: DownloadArguments, context) => downloadFile(args, context, files),
  };
  return (name) => {
    const run = Object.hasOwn(bodies, name) ? bodies[name] : undefined;
    const definition = findTask(name);
    return run === undefined || definition === undefined ? undefined : { ...definition, run };
  };
}

interface CopyArguments {
  readonly source: File | Dir;
  readonly destination: string;
}

/** At its new place it has its new name: that is what the next tool sees. */
async function copyTo(
  { source, destination }: CopyArguments,
  context: JobContext,
  files: Pick<FileStore, "publish">,
): Promise<File | Dir> {
  const { digest, size, uri } = await files.publish(source, destination, { by: publisherIn(context) });
  const fields = { digest, size, uri, name: basename(fileURLToPath(uri)) };
  return isDir(source) ? new Dir(fields) : new File(fields);
}

/** The folder of an attempt is named after its run, its job and itself. */
function publisherIn({ folder }: JobContext): Publisher {
  return { run: basename(dirname(folder)), job: Number.parseInt(basename(folder), 10), task: COPY };
}

interface DownloadArguments {
  readonly url: string;
  readonly sha256?: string;
  readonly name?: string;
}

/**
 * What arrived is kept beside the work folders of the run's attempts, by what was asked for, so that a retry and a
 * resumed run go on where it was cut. Equal calls of a run are one job: nobody else writes there.
 */
async function downloadFile(
  args: DownloadArguments,
  context: JobContext,
  files: Pick<FileStore, "adopt">,
): Promise<File | Dir> {
  const { url, sha256, name = nameIn(url) } = args;
  const asked = createHash("sha256")
    .update(JSON.stringify([url, sha256, name]))
    .digest("hex")
    .slice(0, 16);
  const path = join(dirname(context.folder), "downloads", asked);
  context.log.info(`Downloading ${url}`);
  await download(url, path, {
    abortSignal: context.abortSignal,
    ...(sha256 === undefined ? {} : { sha256 }),
  });
  return files.adopt(path, "file", name);
}

/** The last part of the path of an address: `https://host/a/b%20c.fa?x=1` → `b c.fa`. */
function nameIn(url: string): string {
  const path = url.replace(/[?#].*$/, "").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
  const last = path.split("/").findLast((part) => part !== "") ?? "";
  const name = decodedName(last).replaceAll(/[/\0]/g, "_");
  return ["", ".", ".."].includes(name) ? "download" : name;
}

function decodedName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not every server writes its addresses by the rules: the name is taken as it stands.
    return text;
  }
}
