// Writes docs/errors.md from the catalogue of errors: every code with its message and its remedy. With `--check` it only
// tells whether the file is as it would be written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../sdk/src/errors/catalogue.ts";

const FILE = join(import.meta.dirname, "../docs/errors.md");

const INTRODUCTION = `# Errors

Every error of Ligase has a permanent code, a message that says what happened and why, and a remedy: one thing to do.
Codes are never renamed and never used again. What stands in \`<angle brackets>\` is filled in.

This page is made from the catalogue in \`sdk/src/errors/catalogue/\` by \`npm run errors\`.
`;

interface Entry {
  readonly message: (params: unknown) => string;
  readonly remedy: (params: unknown) => string;
}

main();

function main(): void {
  const text = errorsDocument();
  if (process.argv.includes("--check")) check(text);
  else writeFileSync(FILE, text);
}

function check(text: string): void {
  const written = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  if (written === text) return;
  console.error("docs/errors.md is not as the catalogue is. Run: npm run errors");
  process.exitCode = 1;
}

function errorsDocument(): string {
  const entries = Object.entries(catalogue) as [string, Entry][];
  const sections = entries
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, entry]) => section(code, entry));
  return [INTRODUCTION, ...sections].join("\n");
}

function section(code: string, { message, remedy }: Entry): string {
  const params = new Proxy({}, { get: (_target, name) => placeholder(`<${String(name)}>`) });
  const said = message(params).split("\n");
  const quoted = said.map((line) => `> ${escaped(line)}`.trimEnd()).join("\n");
  return `## ${code}\n\n${quoted}\n\nRemedy: ${escaped(remedy(params)).replaceAll("\n", " ")}\n`;
}

/** Markdown would take the brackets for HTML. */
function escaped(line: string): string {
  return line.replaceAll("<", "\\<").replaceAll("*", "\\*");
}

/** A value that shows as the text, whether a message takes it for a text, a number or a list. */
function placeholder(text: string): unknown {
  const asList: Readonly<Record<string | symbol, unknown>> = {
    0: text,
    length: text.length,
    join: () => text,
    map: (show: (item: unknown) => unknown) => [show(text)],
    toJSON: () => text,
    [Symbol.toPrimitive]: () => text,
  };
  const asText = (name: string | symbol): unknown => {
    const found: unknown = Reflect.get(String.prototype, name, text);
    return typeof found === "function" ? (found.bind(text) as unknown) : found;
  };
  return new Proxy(
    {},
    { get: (_target, name) => (Object.hasOwn(asList, name) ? asList[name] : asText(name)) },
  );
}
