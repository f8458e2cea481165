import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

/** A gate and the value that was typed for it. */
export interface TypedAnswer {
  readonly gate: string;
  readonly text: string;
}

/**
 * The answers of `ligase signal`: `GATE VALUE`, or `GATE=VALUE` once or several times; `-` stands for standard input.
 * Throws the problems `argument-missing`, `argument-unexpected`.
 */
export async function readAnswers(
  words: readonly string[],
  { usage, world }: { readonly usage: string; readonly world: Pick<World, "readInput"> },
): Promise<readonly TypedAnswer[]> {
  const typed = typedAnswers(words, usage);
  const texts = new Set(typed.map(({ text }) => text));
  if (!texts.has("-")) return typed;
  const input = (await world.readInput()).trimEnd();
  return typed.map(({ gate, text }) => ({ gate, text: text === "-" ? input : text }));
}

function typedAnswers(words: readonly string[], usage: string): readonly TypedAnswer[] {
  const pairs = words.map(pairOf);
  if (pairs.every((pair) => pair !== null)) return pairs;
  const [gate = "", text, ...more] = words;
  if (text === undefined)
    throw new Problem("argument-missing", { command: "signal", argument: "VALUE", usage });
  const found = more[0];
  if (found !== undefined) throw new Problem("argument-unexpected", { command: "signal", found, usage });
  return [{ gate, text }];
}

/** `GATE=VALUE` in its parts: an item of a `map` in the gate's path may have an equals sign in its brackets. */
function pairOf(word: string): TypedAnswer | null {
  const [, gate, text] = /^((?:[^=[\]]|\[[^\]]*\])+)=(.*)$/s.exec(word) ?? [];
  return gate === undefined || text === undefined ? null : { gate, text };
}
