import type { CallStore } from "../ports/store.ts";

/** Interned sets of tasks (C8): a set is a number, equal sets are one, and unions are remembered. */
export class TaskSets {
  readonly #calls: CallStore;
  readonly #members = new Map<number, readonly number[]>();
  readonly #unions = new Map<number, Map<number, number>>();

  constructor(calls: CallStore) {
    this.#calls = calls;
  }

  single(taskId: number): number {
    return this.#intern([taskId]);
  }

  union(a: number, b: number): number {
    if (a === b) return a;
    const [low, high] = a < b ? [a, b] : [b, a];
    let known = this.#unions.get(low);
    if (known === undefined) this.#unions.set(low, (known = new Map<number, number>()));
    let union = known.get(high);
    if (union === undefined) known.set(high, (union = this.#unite(low, high)));
    return union;
  }

  members(set: number): readonly number[] {
    let members = this.#members.get(set);
    if (members === undefined)
      this.#members.set(set, (members = JSON.parse(this.#calls.set(set)) as number[]));
    return members;
  }

  #unite(a: number, b: number): number {
    return this.#intern(
      [...new Set([...this.members(a), ...this.members(b)])].toSorted((one, other) => one - other),
    );
  }

  #intern(members: readonly number[]): number {
    const set = this.#calls.setId("task", JSON.stringify(members));
    this.#members.set(set, members);
    return set;
  }
}
