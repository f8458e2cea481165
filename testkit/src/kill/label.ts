/** What tells two calls of these tasks apart: no file is named, for what is in it follows from the rest. */
export interface Named {
  readonly n?: number;
  readonly size?: number;
  /** Task that made the file. */
  readonly of?: string;
}

/** A call as its body notes it and as the store's record names it. */
export function labelOf(task: string, { n, size, of }: Named): string {
  return [task, n, size, of].filter((part) => part !== undefined).join(" ");
}
