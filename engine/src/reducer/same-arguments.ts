import { encode } from "@ligase/sdk/internal";
import { find, HEAD, IDLE, WHOLE, type Cell, type Frame } from "./cell.ts";
import { RecordParts } from "./structure.ts";

/** How deep structures are compared, and how far a name is followed to what it stands for. */
const MOST_LEVELS = 8;
const MOST_STEPS = 64;

/**
 * Whether two arguments are the same before they are known: the same cells, or equal values, in the same places. Nothing
 * is asked for. A workflow that calls itself with the same arguments, still pending, would open without end (C4).
 */
export function areSameArguments(one: Cell, other: Cell, levels = MOST_LEVELS): boolean {
  const [a, b] = [standsFor(one), standsFor(other)];
  if (a === b) return true;
  if (a.status === WHOLE && b.status === WHOLE) return encode(a.value) === encode(b.value);
  const [parts, others] = [fieldsOf(a), fieldsOf(b)];
  if (parts === null || others === null || levels === 0 || parts.size !== others.size) return false;
  return [...parts].every(([key, part]) => {
    const same = others.get(key);
    return same !== undefined && areSameArguments(part, same, levels - 1);
  });
}

/** The cell that another one stands for by name alone: as a parameter, or a field of a record. */
function standsFor(cell: Cell): Cell {
  let at = find(cell);
  for (let step = 0; step < MOST_STEPS && at.status === IDLE; step++) {
    const next = oneStep(at);
    if (next === null) return at;
    at = find(next);
  }
  return at;
}

function oneStep(cell: Cell): Cell | null {
  const frame = cell.frame as Frame;
  const node = frame.node(cell.node);
  if (node.op === "param") return frame.args[node.index] ?? null;
  if (node.op !== "get") return null;
  return fieldsOf(standsFor(frame.at(node.base)))?.get(String(node.key)) ?? null;
}

/** The fields of a record that is known, or stands in the template; null for anything else. */
function fieldsOf(cell: Cell): ReadonlyMap<string, Cell> | null {
  if (cell.status === HEAD)
    return cell.structure instanceof RecordParts ? zip(cell.structure.keys, cell.structure.cells) : null;
  if (cell.status !== IDLE) return null;
  const frame = cell.frame as Frame;
  const node = frame.node(cell.node);
  if (node.op !== "record") return null;
  return zip(
    node.keys,
    node.items.map((index) => frame.at(index)),
  );
}

const zip = (keys: readonly string[], cells: readonly Cell[]): ReadonlyMap<string, Cell> =>
  new Map(keys.map((key, index) => [key, cells[index] as Cell]));
