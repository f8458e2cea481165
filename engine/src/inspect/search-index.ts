import { decode, hashText, isDir, isFile } from "@ligase/sdk/values";
import { fromRowText, hasRowText } from "../cache/stored-text.ts";
import { decodeEdges } from "../model/edges.ts";
import type { CallNodeRecord } from "../model/records.ts";
import { hasEnded, type RunStatus } from "../model/states.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { CallUse, Mention, Store } from "../ports/store.ts";

type LargeTexts = Pick<FileStore, "getText">;

/** Jobs whose calls are read at once. */
const PAGE = 500;
/** Mentions that are written in one transaction: they lie all over the index, and each page of it is written once. */
const WRITTEN_AT_ONCE = 50_000;
/** Of one call so many values are taken in; a list of a million numbers is not what people search by. */
const MOST_VALUES = 1_000;
/** Longer texts are content, not names. */
const LONGEST_TEXT = 1_000;

/**
 * Brings the index up to what is recorded. It is made when somebody searches, so that no run waits for it. A run that is
 * over, or waits, is taken in once; one that is being computed is looked through each time.
 */
export function updateIndex(store: Store, files: LargeTexts): void {
  const { search } = store;
  let gathered = nothingGathered();
  const write = (): void => {
    const { mentions, uses, runs } = gathered;
    store.commit("computed", () => {
      search.add(mentions.toSorted(byValue), uses);
      for (const run of runs) search.indexed(run);
    });
    gathered = nothingGathered();
  };
  for (let run = search.nextUnindexed(null); run !== null; run = search.nextUnindexed(run.runId)) {
    for (let [after, isOver] = [0, false]; !isOver;) {
      const { calls, last, isLast } = search.callsOf(run.runId, after, PAGE);
      for (const call of calls) {
        gathered.mentions.push(...mentionsOf(call, files));
        gathered.uses.push(...usesOf(call, files));
      }
      if (isLast && isQuiet(run.status)) gathered.runs.push({ ...run, last });
      if (gathered.mentions.length >= WRITTEN_AT_ONCE) write();
      [after, isOver] = [last, isLast];
    }
  }
  if (gathered.runs.length > 0 || gathered.mentions.length > 0) write();
}

/** What is to be written, and the runs that are in the index then. */
interface Gathered {
  readonly mentions: Mention[];
  readonly uses: CallUse[];
  readonly runs: Parameters<Store["search"]["indexed"]>[0][];
}

const nothingGathered = (): Gathered => ({ mentions: [], uses: [], runs: [] });

/** In the order of the index. */
const byValue = (one: Mention, other: Mention): number => one.value - other.value;

/** A run waits when all that it has computed is recorded. */
const isQuiet = (status: RunStatus): boolean => hasEnded(status) || status === "waiting";

/** By what a value is found: 48 bits of the hash of what it is. */
export function valueNumber(value: string | number): number {
  const hash = hashText(`${typeof value} ${value}`);
  return Number.parseInt(Buffer.from(hash.slice(2, 10), "base64url").toString("hex"), 16);
}

function mentionsOf(call: CallNodeRecord, files: LargeTexts): readonly Mention[] {
  const given = new Set(leavesOf(call.args, files, "all"));
  // What calls below it made they have made themselves.
  const made = call.first === null ? new Set(leavesOf(call.value, files, "files")) : new Set<number>();
  return [
    ...[...given].map((value) => ({ value, call: call.id, isMaker: false })),
    ...[...made]
      .filter((value) => !given.has(value))
      .map((value) => ({ value, call: call.id, isMaker: true })),
  ];
}

function leavesOf(row: string | null, files: LargeTexts, wanted: "all" | "files"): readonly number[] {
  // A large value whose file was deleted is not there to be found.
  if (row === null || !hasRowText(row, files)) return [];
  const found: number[] = [];
  const stack: unknown[] = [decode(fromRowText(row, files))];
  while (stack.length > 0 && found.length < MOST_VALUES) {
    const item = stack.pop();
    if (isFile(item) || isDir(item)) found.push(...[item.digest ?? "", item.name, item.uri].map(valueNumber));
    else if (typeof item === "object" && item !== null) stack.push(...partsOf(item));
    else if (wanted === "all" && isSearched(item)) found.push(valueNumber(item));
  }
  return found;
}

function partsOf(item: object): readonly unknown[] {
  const parts =
    item instanceof Map
      ? [...item.keys(), ...item.values()]
      : item instanceof Set
        ? [...item]
        : Object.values(item);
  return parts.slice(0, MOST_VALUES);
}

const isSearched = (item: unknown): item is string | number =>
  typeof item === "number" || (typeof item === "string" && item.length <= LONGEST_TEXT);

function usesOf(call: CallNodeRecord, files: LargeTexts): readonly CallUse[] {
  const sources = [call.edges, call.valueEdges]
    .flatMap((row) => (row === null || !hasRowText(row, files) ? [] : decodeEdges(fromRowText(row, files))))
    .flatMap(({ source, gate }) => (source === null ? (gate ?? []) : String(source)));
  return [...new Set(sources)].map((source) => ({ source, call: call.id }));
}
