import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { FILE_KEY } from "@ligase/sdk/internal";
import type { Clock } from "../ports/clock.ts";
import type { EventSource, EventSourceListener } from "../ports/events.ts";
import { filePattern, filesMatching, type FilePattern, type FoundFile } from "./file-pattern.ts";
import { FolderHints } from "./folder-hints.ts";
import { PollingSource, type Found } from "./polling-source.ts";
import { versionOf, WholeFiles } from "./whole-files.ts";

export interface FileSourceOptions {
  /** What it told is remembered under this name. */
  readonly name: string;
  /** A path or pattern as bash has them; relative ones start at the working folder of the process. */
  readonly files: string;
  /** Milliseconds between two looks; default 2,000. Where the system tells of changes they are seen at once. */
  readonly everyMs?: number;
}

const EVERY_MS = 2_000;
/** Change times of files that were written one after the other may be told in another order within so much. */
const SLACK_NS = 60_000_000_000n;

/**
 * Tells of each file that is new or has changed, once nobody writes to it: its key is `file:` and its URI, its payload the
 * URI. The cursor is a change time, which a move sets, too.
 */
export function createFileSource(options: FileSourceOptions & { readonly clock: Clock }): EventSource {
  return new FileSource(options);
}

class FileSource implements EventSource {
  readonly name: string;
  readonly #pattern: FilePattern;
  readonly #clock: Clock;
  readonly #polling: PollingSource;
  readonly #hints = new FolderHints();
  readonly #whole = new WholeFiles();
  /** Versions that were told since the start, where the cursor does not say it yet. */
  #told = new Set<string>();

  constructor({ name, files, everyMs = EVERY_MS, clock }: FileSourceOptions & { readonly clock: Clock }) {
    this.name = name;
    this.#pattern = filePattern(resolve(files));
    this.#clock = clock;
    this.#polling = new PollingSource({ name, look: (after) => this.#look(after), clock, everyMs });
  }

  start(after: string | null, listener: EventSourceListener): void {
    this.#polling.start(after, listener);
    this.#hints.watch(this.#pattern.folder, () => this.#polling.lookNow());
  }

  async stop(): Promise<void> {
    this.#hints.close();
    await this.#polling.stop();
  }

  async *#look(after: string | null): Found {
    const from = after === null ? null : BigInt(after) - SLACK_NS;
    const found = filesMatching(this.#pattern).filter(({ stats }) => from === null || stats.ctimeNs >= from);
    const { whole, others } = this.#whole.sort(found, this.#clock.now());
    // Who goes on after the cursor must see those that are not told yet.
    const first = others.reduce<bigint | null>(
      (least, { stats }) => (least === null || stats.ctimeNs < least ? stats.ctimeNs : least),
      null,
    );
    const before = this.#told;
    this.#told = new Set(whole.map(messageId).filter((id) => before.has(id)));
    for (const file of whole.toSorted(byChange)) {
      const id = messageId(file);
      if (this.#told.has(id)) continue;
      const { ctimeNs } = file.stats;
      const cursor = first !== null && first < ctimeNs ? first : ctimeNs;
      const latest = after === null || BigInt(after) < cursor ? cursor : BigInt(after);
      const uri = uriOf(file);
      yield { message: { id, key: `${FILE_KEY}${uri}`, payload: uri }, cursor: String(latest) };
      this.#told.add(id);
    }
  }
}

const uriOf = ({ path }: FoundFile): string => pathToFileURL(path).href;

const messageId = (file: FoundFile): string => `${uriOf(file)} ${versionOf(file)}`;

const byChange = (a: FoundFile, b: FoundFile): number =>
  a.stats.ctimeNs < b.stats.ctimeNs ? -1 : a.stats.ctimeNs > b.stats.ctimeNs ? 1 : 0;
