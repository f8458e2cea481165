import { readText } from "./source-files.ts";

/** A fenced block of a Markdown file. The words after the language say what the tests do with it. */
export interface CodeBlock {
  readonly file: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** `run=fib` is the word `run` with the value "fib"; a word alone has the value "". */
  readonly words: ReadonlyMap<string, string>;
  readonly text: string;
}

const FENCED = /^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const HEADING = /^#+ +(.+)$/gm;

export function codeBlocks(file: string): readonly CodeBlock[] {
  const text = readText(file);
  return Array.from(text.matchAll(FENCED), ({ index, 1: language = "", 2: info = "", 3: code = "" }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    language,
    words: wordsOf(info),
    text: code,
  }));
}

function wordsOf(info: string): ReadonlyMap<string, string> {
  const words = info.split(/\s+/).filter((word) => word !== "");
  return new Map(
    words.map((word) => [word.replace(/=.*/, ""), word.includes("=") ? word.replace(/^.*?=/, "") : ""]),
  );
}

/** Where the links of a file lead, as they are written; those in code are none. */
export function linksOf(file: string): readonly string[] {
  return Array.from(prose(file).matchAll(LINK), ([, target = ""]) => target);
}

/** What stands in backticks outside code blocks. */
export function quotedIn(file: string): readonly string[] {
  return Array.from(withoutBlocks(file).matchAll(/`([^`\n]+)`/g), ([, quoted = ""]) => quoted);
}

/** The anchors of a file's headings, as repository sites make them. */
export function anchorsOf(file: string): ReadonlySet<string> {
  const headings = Array.from(withoutBlocks(file).matchAll(HEADING), ([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

const withoutBlocks = (file: string): string => readText(file).replaceAll(FENCED, "");
const prose = (file: string): string => withoutBlocks(file).replaceAll(/`[^`\n]*`/g, "");
