import { dirname } from "node:path";
import { realpath } from "node:fs/promises";
import type { Inspect } from "@ligase/engine";
import { isDir, isFile, LigaseError, type Dir, type File } from "@ligase/sdk/values";
import { getDeck, getEvidence, getEvidenceInFolder, getLog, listDecks } from "../contract/files.ts";
import { newRouter } from "../router.ts";
import { fileAnswer, openBelow, openNamed, pathOf } from "../served-bytes.ts";
import type { Service } from "../service.ts";
import { shownFiles } from "../shown-files.ts";

/** Bytes that users made: those that a gate shows and those that a job wrote into its log, and no others. */
export const fileRoutes = ({ engine: { inspect }, base }: Service) =>
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
    .openapi(listDecks, (c) => {
      const { id } = inspect.run(c.req.valid("param").run);
      const decks = inspect.decks(id).map(({ job, name, mediaType }) => {
        const href = `${base}/runs/${id}/jobs/${job}/decks/${encodeURIComponent(name)}`;
        return { job, name, mediaType, href };
      });
      return c.json({ decks }, 200);
    })
    .openapi(getDeck, async (c) => {
      const { run, job, deck } = c.req.valid("param");
      const found = inspect.decks(run).find((one) => one.job === job && one.name === deck);
      if (found === undefined) throw new LigaseError("bytes-not-named", { name: deck });
      return fileAnswer(await openNamed(pathOf(found), deck));
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
