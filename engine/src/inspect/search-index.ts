import { decode, hashText, isDir, isFile } from "@ligase/sdk/values";
import { fromRowText, hasRowText } from "../cache/stored-text.ts";
import { decodeEdges } from "../model/edges.ts";
import type { CallNodeRecord } from "../model/records.ts";
import { hasEnded } from "../model/states.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { CallUse, Mention, Store } from "../ports/store.ts";

type LargeTexts = Pick<FileStore, "getText">;

/** Calls that are taken in with one transaction. */
const PAGE = 2_000;
/** Of one call so many values are taken in; a list of a million numbers is not what people search by. */
const MOST_VALUES = 1_000;
/** Longer texts are content, not names. */
const LONGEST_TEXT = 1_000;

/**
 * Brings the index up to what is recorded. It is made when somebody searches, so that no run waits for it; a run that is
 * over is taken in once, one that goes on each time.
 */
export function updateIndex(store: Store, files: LargeTexts): void {
  for (const { runId, status } of store.search.unindexed()) {
    for (let after = 0; ;) {
      const calls = store.search.callsOf(runId, after, PAGE);
      const isLast = calls.length < PAGE;
      store.commit("computed", () => {
        store.search.add(
          calls.flatMap((call) => mentionsOf(call, files)),
          calls.flatMap((call) => usesOf(call, files)),
        );
        if (isLast && hasEnded(status)) store.search.indexed(runId);
      });
      if (isLast) break;
      after = calls.at(-1)?.job ?? after;
    }
  }
}

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
