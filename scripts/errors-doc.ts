// Writes docs/errors.md from the catalogue of errors: every code with its message and its remedy. With `--check` it only
// tells whether the file is as it would be written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../sdk/src/errors/catalogue.ts";

const FILE = join(import.meta.dirname, "../docs/errors.md");

const INTRODUCTION = `# Errors

Every error of Ligase has a permanent code, a message that says what happened and why, and a remedy: one thing to do.
Codes are never renamed and never used again. What stands in \`<angle brackets>\` is filled in.

This page is made from the catalogue in \`sdk/src/errors/catalogue/\` by \`node scripts/errors-doc.ts\`.
`;

interface Entry {
  message(params: unknown): string;
  remedy(params: unknown): string;
}

/** Parameters that show as their own names. */
const placeholders: unknown = new Proxy({}, { get: (_target, name) => new Placeholder(`<${String(name)}>`) });

/** A value of a message that shows as its name, whether the message takes it for a text, a number or a list. */
class Placeholder extends String {
  join(): string {
    return this.toString();
  }

  map(show: (item: unknown) => unknown): readonly unknown[] {
    return [show(this)];
  }

  get 0(): string {
    return this.toString();
  }
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
  console.error("docs/errors.md is not as the catalogue is. Run: node scripts/errors-doc.ts");
  process.exitCode = 1;
}

function errorsDocument(): string {
  const entries = Object.entries(catalogue) as [string, Entry][];
  const sections = entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([code, entry]) => section(code, entry));
  return [INTRODUCTION, ...sections].join("\n");
}

function section(code: string, { message, remedy }: Entry): string {
  const said = message(placeholders).split("\n");
  const quoted = said.map((line) => `> ${escaped(line)}`.trimEnd()).join("\n");
  return `## ${code}\n\n${quoted}\n\nRemedy: ${escaped(remedy(placeholders)).replaceAll("\n", " ")}\n`;
}

/** Markdown would take the brackets for HTML. */
function escaped(line: string): string {
  return line.replaceAll("<", "\\<").replaceAll("*", "\\*");
}
