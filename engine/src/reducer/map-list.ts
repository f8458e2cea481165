import { hashText, encode, type Template } from "@ligase/sdk/internal";
import {
  knownCell,
  WHOLE,
  type Cell,
  type Origin,
  type FrameContext,
  type OpenItem,
  type PathStep,
  type Structure,
} from "./cell.ts";
import { OpenFrame } from "./frame.ts";
import { itemCell } from "./structure.ts";

const UNSET = Symbol("unset");

/**
 * The list that a `map` gives: its shape is known at once, its items are opened when somebody asks for them, and a
 * finished item leaves only its value and origin.
 */
export class MapList implements Structure {
  readonly kind = "list";
  readonly windowed = true;
  readonly size: number;
  readonly #items: Cell;
  readonly #template: Template;
  readonly #captures: readonly Cell[];
  readonly #context: FrameContext;
  readonly #label: () => string;
  /** Known when the map opened: then its items are named by their values, else by their places (C21). */
  readonly #isNamed: boolean;
  readonly #parked = new Set<number>();
  readonly #open = new Map<number, Cell>();
  readonly #values: unknown[];
  #origins: Origin[] | null = null;
  #keys: readonly string[] | null = null;
  /** The forcer of the whole list, told when an item waits at a gate. */
  parkedChanged: (index: number, parked: boolean) => void = () => undefined;

  constructor(options: {
    items: Cell;
    size: number;
    template: Template;
    captures: readonly Cell[];
    context: FrameContext;
    label: () => string;
  }) {
    this.size = options.size;
    this.#items = options.items;
    this.#template = options.template;
    this.#captures = options.captures;
    this.#context = options.context;
    this.#label = options.label;
    this.#isNamed = options.items.status === WHOLE;
    this.#values = new Array<unknown>(options.size).fill(UNSET);
  }

  part(index: number): Cell {
    if (this.#values[index] !== UNSET) return knownCell(this.#values[index], this.#origins?.[index] ?? null);
    let cell = this.#open.get(index);
    if (cell === undefined) this.#open.set(index, (cell = this.#openItem(index)));
    return cell;
  }

  /** The items that are open, in their order. */
  get openParts(): readonly Cell[] {
    return [...this.#open].toSorted(([a], [b]) => a - b).map(([, cell]) => cell);
  }

  keep(index: number, cell: Cell): void {
    if (cell.status !== WHOLE) return;
    this.#values[index] = cell.value;
    if (cell.origin !== null)
      (this.#origins ??= new Array<Origin>(this.size).fill(null))[index] = cell.origin;
    this.#open.delete(index);
  }

  build(): unknown[] {
    return this.#values.slice();
  }

  origins(): Origin {
    return this.#origins === null ? null : { kind: "parts", keys: null, origins: this.#origins };
  }

  #openItem(index: number): Cell {
    const args = [itemCell(this.#items, index), knownCell(index, null), ...this.#captures];
    const { owner, limiter, opened, item, path } = this.#context;
    const context = {
      owner,
      limiter,
      opened,
      item: new MapItem(this, index, item),
      path: new ItemStep(this, index, path),
    };
    return new OpenFrame(this.#template, args, context).result;
  }

  park(index: number, parked: boolean): void {
    if (parked) this.#parked.add(index);
    else this.#parked.delete(index);
    this.parkedChanged(index, parked);
  }

  isParked(index: number): boolean {
    return this.#parked.has(index);
  }

  /** Names of an item in the path of a gate; the second where it was named by less in an earlier process. */
  stepNames(index: number): readonly [string, string | undefined] {
    const label = this.#label();
    const place = `${label}[#${index}]`;
    return this.#isNamed ? [`${label}[${this.#itemKey(index)}]`, place] : [place, undefined];
  }

  /** The key of an item in the path of a gate (C21): its `id` or `name`, else a hash of its value; with its occurrence. */
  #itemKey(index: number): string {
    this.#keys ??= itemNames(Array.from({ length: this.size }, (_, at) => itemCell(this.#items, at).value));
    return this.#keys[index] as string;
  }
}

class MapItem implements OpenItem {
  readonly up: OpenItem | null;
  gates = 0;
  readonly #list: MapList;
  readonly #index: number;

  constructor(list: MapList, index: number, up: OpenItem | null) {
    this.#list = list;
    this.#index = index;
    this.up = up;
  }

  parkedChanged(parked: boolean): void {
    this.#list.park(this.#index, parked);
  }
}

/**
 * Items that are pending when the list is known have only their places to tell them apart, whatever is known later:
 * timing must not change a path. In a later process they may be known from the start, for their call has ended.
 */
class ItemStep implements PathStep {
  readonly up: PathStep | null;
  readonly #list: MapList;
  readonly #index: number;

  constructor(list: MapList, index: number, up: PathStep | null) {
    this.#list = list;
    this.#index = index;
    this.up = up;
  }

  key(): string {
    return this.#list.stepNames(this.#index)[0];
  }

  other(): string | undefined {
    return this.#list.stepNames(this.#index)[1];
  }
}

/** Names of the items of a list in the path of a gate (C21): `id` or `name`, else a hash of the value; with its occurrence. */
export const itemNames = (items: readonly unknown[]): readonly string[] => countOccurrences(items.map(keyOf));

function keyOf(value: unknown): string {
  if (typeof value === "string" && value.length <= 60) return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null) {
    for (const name of ["id", "name", "key", "sample"]) {
      const key = (value as Record<string, unknown>)[name];
      if (typeof key === "string" || typeof key === "number") return String(key);
    }
  }
  return hashText(encode(value)).slice(2, 12);
}

function countOccurrences(keys: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return keys.map((key) => {
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before === 0 ? key : `${key}~${before + 1}`;
  });
}
