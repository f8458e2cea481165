import type { RecordIr, TypeIr } from "@ligase/sdk/internal";
import type { OptionTable } from "../options.ts";
import { isFlag, optionName, readOption, splitFlag } from "../read-options.ts";
import { nearest } from "../nearest.ts";
import { dashed, findPlace, type InputPlace } from "./input-path.ts";

/** A value that a flag gave to a place in the inputs. */
export interface FlagValue extends InputPlace {
  /** As it was written: `--known-sites`. */
  readonly flag: string;
  /** Texts, one for most types and any number for lists; a boolean for `--flag` and `--no-flag`. */
  readonly texts: readonly string[] | boolean;
}

export interface ReadFlags {
  readonly inputs: readonly FlagValue[];
  /** Everything that is wrong with the flags themselves, a line each. */
  readonly problems: readonly string[];
}

export interface FlagGrammar {
  readonly command: string;
  readonly input: RecordIr;
  /** Flags of the command itself, read into `values`. An input of the same name comes first. */
  readonly options: OptionTable;
  readonly values: Record<string, unknown>;
}

/** Reads what follows the name of a workflow: its inputs as flags, mixed with flags of the command. */
export function readFlags(argv: readonly string[], grammar: FlagGrammar): ReadFlags {
  const inputs: FlagValue[] = [];
  const problems: string[] = [];
  let index = 0;
  while (index < argv.length) {
    const token = argv[index] ?? "";
    const { flag, inline } = splitFlag(token);
    const place = flag.startsWith("--") ? placeOf(flag.slice(2), grammar.input) : undefined;
    if (place !== undefined) {
      const { texts, next } = valuesOf(argv, index, { place, inline });
      if (Array.isArray(texts) && texts.length === 0) problems.push(`${flag}: its value is missing`);
      else inputs.push({ path: place.path, type: place.type, flag, texts });
      index = next;
    } else if (isFlag(token) && optionName(grammar.options, flag) !== undefined) {
      index = readOption(argv, index, { grammar, values: grammar.values, mayTakeNext: true });
    } else {
      problems.push(isFlag(token) ? unknown(flag, grammar) : `${JSON.stringify(token)}: it follows no flag`);
      index++;
      // Its value, if it has one, is not a second problem.
      if (isFlag(token) && inline === undefined && argv[index] !== undefined && !isFlag(argv[index] ?? ""))
        index++;
    }
  }
  return { inputs, problems };
}

interface FlagPlace extends InputPlace {
  /** Written as `--no-…`. */
  readonly negated: boolean;
}

function placeOf(name: string, input: RecordIr): FlagPlace | undefined {
  const place = findPlace(input, name);
  if (place !== undefined) return { ...place, negated: false };
  const positive = name.startsWith("no-") ? findPlace(input, name.slice(3)) : undefined;
  return positive !== undefined && bareType(positive.type).kind === "boolean"
    ? { ...positive, negated: true }
    : undefined;
}

/** The type below what only allows null or adds checks. */
export function bareType(type: TypeIr): TypeIr {
  return type.kind === "nullable" || type.kind === "checked" ? bareType(type.inner) : type;
}

interface Taken {
  readonly texts: readonly string[] | boolean;
  readonly next: number;
}

function valuesOf(
  argv: readonly string[],
  index: number,
  given: { place: FlagPlace; inline: string | undefined },
): Taken {
  const { place, inline } = given;
  if (place.negated) return { texts: false, next: index + 1 };
  if (inline !== undefined) return { texts: [inline], next: index + 1 };
  const following = argv.slice(index + 1);
  const { kind } = bareType(place.type);
  if (kind === "boolean") {
    const isSaid = /^(true|false|yes|no)$/i.test(following[0] ?? "");
    return isSaid ? { texts: following.slice(0, 1), next: index + 2 } : { texts: true, next: index + 1 };
  }
  // A shell's `*.fastq.gz` becomes many words: a list takes them all.
  const end = following.findIndex((token) => isFlag(token));
  const available = end < 0 ? following.length : end;
  const count = kind === "list" || kind === "set" || kind === "tuple" ? available : Math.min(1, available);
  return { texts: following.slice(0, count), next: index + 1 + count };
}

function unknown(flag: string, { input, options }: FlagGrammar): string {
  const known = [...Object.keys(input.fields).map(dashed), ...Object.keys(options)].map(
    (name) => `--${name}`,
  );
  const near = nearestInside(flag, input) ?? nearest(flag.split(".")[0] ?? flag, known);
  return `${flag}: there is no such input${near === null ? "" : `; did you mean ${near}?`}`;
}

/** Of a dotted flag whose beginning names a record, the nearest field of that record. */
function nearestInside(flag: string, input: RecordIr): string | null {
  const dot = flag.lastIndexOf(".");
  const place = dot < 0 ? undefined : findPlace(input, flag.slice(2, dot));
  const type = place && bareType(place.type);
  if (type?.kind !== "record") return null;
  const near = nearest(flag.slice(dot + 1), Object.keys(type.fields).map(dashed));
  return near === null ? null : `${flag.slice(0, dot)}.${near}`;
}
