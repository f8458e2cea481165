import type { Progress } from "@ligase/engine";

/** Keeps the rows of a run in the order in which its tasks came up: a row stays where it is while others join below. */
export class RowOrder {
  readonly #places = new Map<string, number>();

  arrange(progress: Progress): Progress {
    for (const { task } of progress.tasks)
      if (!this.#places.has(task)) this.#places.set(task, this.#places.size);
    const place = (task: string): number => this.#places.get(task) ?? 0;
    return {
      ...progress,
      tasks: progress.tasks.toSorted((one, other) => place(one.task) - place(other.task)),
    };
  }
}
