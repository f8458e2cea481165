import {
  callableFields,
  decodeCallable,
  type Callable,
  type CallableFields,
  type Template,
} from "@ligase/sdk/internal";
import { find, knownCell, partOrigin, WHOLE, type Cell, type Origin, type Structure } from "./cell.ts";

export class ListParts implements Structure {
  readonly kind = "list";
  readonly cells: readonly Cell[];

  constructor(cells: readonly Cell[]) {
    this.cells = cells;
  }

  get size(): number {
    return this.cells.length;
  }

  part(index: number): Cell {
    return this.cells[index] as Cell;
  }

  build(): unknown[] {
    return this.cells.map((cell) => find(cell).value);
  }

  origins(): Origin {
    return compose(null, this.cells);
  }
}

export class RecordParts implements Structure {
  readonly kind = "record";
  readonly keys: readonly string[];
  readonly cells: readonly Cell[];

  constructor(keys: readonly string[], cells: readonly Cell[]) {
    this.keys = keys;
    this.cells = cells;
  }

  get size(): number {
    return this.cells.length;
  }

  part(index: number): Cell {
    return this.cells[index] as Cell;
  }

  field(key: string): Cell | undefined {
    const index = this.keys.indexOf(key);
    return index < 0 ? undefined : this.cells[index];
  }

  build(): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (let index = 0; index < this.keys.length; index++) {
      setField(record, this.keys[index] as string, find(this.cells[index] as Cell).value);
    }
    return record;
  }

  origins(): Origin {
    return compose(this.keys, this.cells);
  }
}

/** A callable with cells in it: a lambda with its captures, or a callee with bound arguments. */
export class CallableParts implements Structure {
  readonly kind = "callable";
  readonly template: Template | null;
  /** Captures of a lambda; or the callee and the record of bound arguments. */
  readonly cells: readonly Cell[];

  constructor(template: Template | null, cells: readonly Cell[]) {
    this.template = template;
    this.cells = cells;
  }

  get size(): number {
    return this.cells.length;
  }

  part(index: number): Cell {
    return this.cells[index] as Cell;
  }

  build(): unknown {
    const values = this.cells.map((cell) => find(cell).value);
    if (this.template !== null)
      return decodeCallable({ kind: "lambda", template: this.template, captures: values });
    return decodeCallable(bind(values[0], values[1] as Record<string, unknown>));
  }

  origins(): Origin {
    return null;
  }
}

/** The fields of a callable with more arguments bound. */
function bind(callee: unknown, bound: Record<string, unknown>): CallableFields {
  const fields = callableFields(callee as Callable);
  if (fields.kind === "lambda") return fields;
  return { kind: fields.kind, name: fields.name, bound: { ...fields.bound, ...bound } };
}

function setField(record: Record<string, unknown>, key: string, value: unknown): void {
  // `__proto__` as a field must become a field, not a prototype.
  if (key === "__proto__")
    Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
  else record[key] = value;
}

function compose(keys: readonly string[] | null, cells: readonly Cell[]): Origin {
  let some = false;
  const origins = cells.map((cell) => {
    const origin = find(cell).origin;
    some ||= origin !== null;
    return origin;
  });
  return some ? { kind: "parts", keys, origins } : null;
}

/** The items of a known or lenient list as cells. */
export function itemCell(list: Cell, index: number): Cell {
  if (list.status === WHOLE)
    return knownCell((list.value as readonly unknown[])[index], partOrigin(list.origin, index));
  return list.structure.part(index);
}

/** Number of items of a list cell, or null when it is no list. */
export function listLength(list: Cell): number | null {
  if (list.status === WHOLE) return Array.isArray(list.value) ? list.value.length : null;
  return list.structure.kind === "list" ? list.structure.size : null;
}
