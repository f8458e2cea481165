/*
 * The patterns of bash that scripts' authors know: `*`, `?`, `[a-z]`, `[!x]`, `{a,b}`, `**` for folders of any depth,
 * `\` before a character that means itself. A leading dot must be written out.
 */

/** One part of a path: `**`, or a test of a name. */
export type GlobPart = { readonly kind: "any-depth" } | { readonly kind: "name"; readonly test: RegExp };

/** The patterns that a pattern with braces stands for, each cut into parts. */
export function parseGlob(pattern: string): readonly (readonly GlobPart[])[] {
  return expandBraces(pattern).map((plain) => plain.split("/").filter(isNamed).map(partOf));
}

const isNamed = (part: string): boolean => part !== "" && part !== ".";

function partOf(part: string): GlobPart {
  return part === "**" ? { kind: "any-depth" } : { kind: "name", test: namePattern(part) };
}

/** `x{a,b}y` → `xay`, `xby`. Braces without a comma, or without their other half, mean themselves. */
function expandBraces(pattern: string): readonly string[] {
  const braces = firstBraces(pattern);
  if (braces === null) return [pattern];
  const before = pattern.slice(0, braces.start);
  const after = expandBraces(pattern.slice(braces.end + 1));
  return braces.choices
    .flatMap(expandBraces)
    .flatMap((choice) => after.map((rest) => before + choice + rest));
}

interface Braces {
  readonly start: number;
  readonly end: number;
  readonly choices: readonly string[];
}

function firstBraces(pattern: string): Braces | null {
  for (let start = 0; start < pattern.length; start++) {
    if (pattern[start] === "\\") start++;
    else if (pattern[start] === "{") {
      const braces = bracesAt(pattern, start);
      if (braces !== null && braces.choices.length > 1) return braces;
    }
  }
  return null;
}

function bracesAt(pattern: string, start: number): Braces | null {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === "," && depth === 1) {
      choices.push(pattern.slice(from, at));
      from = at + 1;
    } else if (character === "}" && --depth === 0) {
      return { start, end: at, choices: [...choices, pattern.slice(from, at)] };
    }
  }
  return null;
}

function namePattern(part: string): RegExp {
  let source = /^[*?[]/.test(part) ? "(?!\\.)" : "";
  for (let at = 0; at < part.length; at++) {
    const set = part[at] === "[" ? setAt(part, at) : null;
    if (set !== null) {
      source += set.source;
      at = set.end;
    } else if (part[at] === "\\" && at + 1 < part.length) source += literal(part[++at] ?? "");
    else source += characterPattern(part[at] ?? "");
  }
  return new RegExp(`^${source}$`, "su");
}

function characterPattern(character: string): string {
  if (character === "*") return ".*";
  return character === "?" ? "." : literal(character);
}

/** `[abc]`, `[a-z]`, `[!a]`, `[]x]`; null when there is no closing bracket. */
function setAt(part: string, start: number): { source: string; end: number } | null {
  const negated = part[start + 1] === "!" || part[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  // A `]` in the first place means itself.
  const end = part.indexOf("]", first + 1);
  if (end === -1) return null;
  const members = part.slice(first, end).replace(/[\\\]^[]/g, "\\$&");
  return isValidSet(members) ? { source: `[${negated ? "^" : ""}${members}]`, end } : null;
}

function isValidSet(members: string): boolean {
  try {
    return new RegExp(`[${members}]`, "u").source !== "";
  } catch {
    // A range that runs backwards matches nothing in bash; here the bracket means itself.
    return false;
  }
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
