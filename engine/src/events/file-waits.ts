import { isLigaseError } from "@ligase/sdk";
import { File, FILE_KEY } from "@ligase/sdk/internal";
import type { NewEvent } from "../ports/events.ts";
import type { WaitingGate } from "../ports/event-store.ts";
import type { World } from "../ports/world.ts";
import { filePattern, filesMatching, type FilePattern, type FoundFile } from "./file-pattern.ts";
import { FolderHints } from "./folder-hints.ts";
import { SOURCE_PREFIX } from "./new-event.ts";
import { versionOf, WholeFiles } from "./whole-files.ts";

const SOURCE = `${SOURCE_PREFIX}files`;
const PAGE = 1_000;

/** A place for which gates wait, whichever runs they are of. */
interface Place {
  readonly key: string;
  readonly pattern: FilePattern;
  readonly files: WholeFiles;
  /** Something may have changed since it was looked at. */
  isInDoubt: boolean;
  isBusy: boolean;
  readonly leave: () => void;
}

/**
 * Gives files to gates that wait for them: one watch on a place for all gates of all runs, in memory or not, for what is
 * waited for stands in the rows of open gates. Each gate gets the file by an event of its own, which is over at once: a
 * file is something that is there, not something that happened once.
 */
export class FileWaits {
  readonly #world: World;
  readonly #publish: (event: NewEvent, gate: WaitingGate) => void;
  readonly #hints = new FolderHints();
  readonly #places = new Map<string, Place>();
  readonly #busy = new Set<Promise<void>>();
  #isRecalled = true;
  #isClosed = false;

  constructor(world: World, publish: (event: NewEvent, gate: WaitingGate) => void) {
    this.#world = world;
    this.#publish = publish;
  }

  /** Gates may have opened or closed: the next look reads what is waited for anew. */
  recall(): void {
    this.#isRecalled = true;
  }

  /** Any file may have changed without a hint. */
  doubt(): void {
    for (const place of this.#places.values()) place.isInDoubt = true;
  }

  look(): void {
    if (this.#isClosed) return;
    if (this.#isRecalled) this.#readPlaces();
    for (const place of this.#places.values()) if (place.isInDoubt && !place.isBusy) this.#lookAt(place);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#hints.close();
    this.#places.clear();
    await Promise.all(this.#busy);
  }

  #readPlaces(): void {
    this.#isRecalled = false;
    const keys = new Set(this.#awaitedKeys());
    for (const place of Array.from(this.#places.values())) {
      if (keys.has(place.key)) continue;
      place.leave();
      this.#places.delete(place.key);
    }
    for (const key of keys) {
      const place = this.#places.get(key);
      if (place === undefined) this.#places.set(key, this.#newPlace(key));
      // Another gate may wait there by now.
      else place.isInDoubt = true;
    }
  }

  *#awaitedKeys(): Generator<string> {
    const { events } = this.#world.store;
    for (let after = "", isMore = true; isMore;) {
      const keys = events.awaitedKeys(FILE_KEY, after, PAGE);
      yield* keys;
      isMore = keys.length === PAGE;
      after = keys.at(-1) ?? after;
    }
  }

  #newPlace(key: string): Place {
    const pattern = filePattern(key.slice(FILE_KEY.length));
    const leave = this.#hints.watch(pattern.folder, () => (place.isInDoubt = true));
    const place: Place = {
      key,
      pattern,
      files: new WholeFiles(),
      isInDoubt: true,
      isBusy: false,
      leave,
    };
    return place;
  }

  #lookAt(place: Place): void {
    const { whole, others } = place.files.sort(filesMatching(place.pattern), this.#world.clock.now());
    // One that is being written is looked at again until it is whole.
    place.isInDoubt = others.length > 0;
    const [first] = whole;
    if (first === undefined) return;
    place.isBusy = true;
    const given = this.#give(place, first).finally(() => {
      place.isBusy = false;
      this.#busy.delete(given);
    });
    this.#busy.add(given);
  }

  async #give(place: Place, found: FoundFile): Promise<void> {
    const { files, store } = this.#world;
    try {
      const payload = await files.identify(File.at(found.path));
      if (this.#isClosed) return;
      for (const gate of store.events.awaiting(place.key, PAGE)) {
        const id = `${gate.id} ${versionOf(found)}`;
        this.#publish({ source: SOURCE, id, key: place.key, payload, timeToLiveMs: 1 }, gate);
      }
    } catch (error) {
      if (!isLigaseError(error)) throw error;
      // It went away, or changed while it was read: it is looked at again.
      place.isInDoubt = true;
    }
  }
}
