import { dirname } from "node:path";
import { realpath } from "node:fs/promises";
import type { Inspect } from "@ligase/engine";
import { isDir, isFile, LigaseError, type Dir, type File } from "@ligase/sdk/values";
import { getEvidence, getEvidenceInFolder, getLog } from "../contract/files.ts";
import { newRouter } from "../router.ts";
import { fileAnswer, openBelow, openNamed, pathOf } from "../served-bytes.ts";
import type { Service } from "../service.ts";
import { shownFiles } from "../shown-files.ts";

/** Bytes that users made: those that a gate shows and those that a job wrote into its log, and no others. */
export const fileRoutes = ({ engine: { inspect } }: Service) =>
  newRouter()
    .openapi(getEvidence, async (c) => {
      const shown = shownAt(inspect, c.req.valid("param"));
      if (!isFile(shown)) throw new LigaseError("bytes-not-named", { name: shown.name });
      const file = await openNamed(await realpath(pathOf(shown)).catch(() => ""), shown.name);
      return fileAnswer({ ...file, name: shown.name }, { digest: shown.digest });
    })
    .openapi(getEvidenceInFolder, async (c) => {
      const { path, ...place } = c.req.valid("param");
      const shown = shownAt(inspect, place);
      if (!isDir(shown)) throw new LigaseError("bytes-not-named", { name: path });
      return fileAnswer(await openBelow(pathOf(shown), path));
    })
    .openapi(getLog, async (c) => {
      const { run, job, attempt, log } = c.req.valid("param");
      const found = inspect.attempts(run, job).find(({ number }) => number === attempt);
      const file = found && inspect.logFiles(found).find(({ name }) => name === log);
      if (file === undefined) throw new LigaseError("bytes-not-named", { name: log });
      const opened = await openBelow(dirname(dirname(file.path)), `.ligase/${log}`);
      return fileAnswer(opened, { from: c.req.valid("query").from });
    });

/** What stands at a place of a gate's files. Throws `bytes-not-named`. */
function shownAt(
  inspect: Inspect,
  { run, gate, item }: { run: string; gate: string; item: number },
): File | Dir {
  const shown = shownFiles(inspect.gate(run, gate))[item];
  if (shown === undefined) throw new LigaseError("bytes-not-named", { name: String(item) });
  return shown;
}
