import { LigaseError } from "@ligase/sdk";
import type { Publisher } from "../ports/file-store.ts";

/** What stands at a place, and by whom. */
interface Publication {
  readonly digest: string;
  readonly by: Publisher;
}

/**
 * What jobs published where, for each run that goes on here: two calls of one run may not publish different content to
 * one place, of which the later would silently be all that is left. Another run replaces what an earlier one published.
 */
export class Publications {
  readonly #byRun = new Map<string, Map<string, Publication>>();

  /**
   * A job is about to publish there. The same job may do so again, as after a failed attempt. Throws
   * `destination-taken`, before anything is written.
   */
  claim(path: string, digest: string, by: Publisher): void {
    const places = this.#placesOf(by.run);
    const before = places.get(path);
    if (before !== undefined && before.by.job !== by.job && before.digest !== digest)
      throw new LigaseError("destination-taken", {
        path,
        task: by.task,
        job: by.job,
        by: before.by.task,
        byJob: before.by.job,
      });
    places.set(path, { digest, by });
  }

  /** A job published before, in this run or an earlier one. */
  keep(path: string, digest: string, by: Publisher): void {
    const places = this.#placesOf(by.run);
    if (!places.has(path)) places.set(path, { digest, by });
  }

  #placesOf(run: string): Map<string, Publication> {
    const known = this.#byRun.get(run);
    if (known !== undefined) return known;
    const places = new Map<string, Publication>();
    this.#byRun.set(run, places);
    return places;
  }

  /** A run is over, or goes on elsewhere. */
  forget(run: string): void {
    this.#byRun.delete(run);
  }
}
