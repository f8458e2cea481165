import type { EngineOptions } from "@ligase/engine";
import { readSize } from "@ligase/sdk/internal";
import { placeOf } from "./command.ts";
import type { MachineOptions } from "./follow/follow-options.ts";
import { Problem } from "./problem.ts";

/** Options of the engine from flags. Throws the problem `flag-value-invalid`. */
export function engineOptions(options: MachineOptions): EngineOptions {
  const { cpu, memory, limit } = options;
  const machine = {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memoryBytes: memoryBytes(memory) }),
  };
  return {
    ...placeOf(options),
    ...(Object.keys(machine).length === 0 ? {} : { machine }),
    ...(limit.length === 0 ? {} : { limits: Object.fromEntries(limit.map(readLimit)) }),
  };
}

/** `name=value` pairs as a record. Throws the problem `flag-value-invalid`. */
export function readTags(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => splitPair("--tag", pair, "a name and a value: NAME=VALUE")));
}

function memoryBytes(text: string): number {
  const bytes = readSize(text);
  if (typeof bytes === "number") return bytes;
  throw new Problem("flag-value-invalid", {
    flag: "--memory",
    found: text,
    expected: 'a size such as "8 GiB"',
  });
}

function readLimit(pair: string): readonly [string, number] {
  const expected = "a name and a whole number: NAME=N";
  const [name, count] = splitPair("--limit", pair, expected);
  if (!/^\d+$/.test(count))
    throw new Problem("flag-value-invalid", { flag: "--limit", found: pair, expected });
  return [name, Number(count)];
}

function splitPair(flag: string, pair: string, expected: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1) throw new Problem("flag-value-invalid", { flag, found: pair, expected });
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
