import { escapeHtml } from "./html.ts";

/*
 * A subset of Markdown for decks: headings, paragraphs, lists (one level), tables, quotes, rules, fenced code, emphasis,
 * inline code and links. Everything else is text and is escaped: Markdown can make no tag, and no link but to http,
 * https, mail and places of the page.
 */

/** Renders Markdown to HTML. */
export function markdownHtml(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  let html = "";
  for (let at = 0; at < lines.length;) {
    const block = blockAt(lines, at);
    html += block.html;
    at = block.next;
  }
  return html;
}

interface Block {
  readonly html: string;
  /** Line after the block. */
  readonly next: number;
}

function blockAt(lines: readonly string[], at: number): Block {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { html: "", next: at + 1 };
  if (line.startsWith("```")) return codeBlock(lines, at);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return { html: headingHtml(heading[1] ?? "#", heading[2] ?? ""), next: at + 1 };
  if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) return { html: "<hr>\n", next: at + 1 };
  if (UNORDERED.test(line)) return listBlock(lines, at, { tag: "ul", item: UNORDERED });
  if (ORDERED.test(line)) return listBlock(lines, at, { tag: "ol", item: ORDERED });
  if (line.startsWith(">")) return quoteBlock(lines, at);
  if (isTableAt(lines, at)) return tableBlock(lines, at);
  return paragraph(lines, at);
}

const UNORDERED = /^\s{0,3}[-*+]\s+(.*)$/;
const ORDERED = /^\s{0,3}\d+[.)]\s+(.*)$/;

const headingHtml = (marks: string, text: string): string =>
  `<h${marks.length}>${inline(text)}</h${marks.length}>\n`;

function codeBlock(lines: readonly string[], at: number): Block {
  let end = at + 1;
  while (end < lines.length && !lines[end]?.startsWith("```")) end++;
  return {
    html: `<pre><code>${escapeHtml(lines.slice(at + 1, end).join("\n"))}</code></pre>\n`,
    next: end + 1,
  };
}

function listBlock(
  lines: readonly string[],
  at: number,
  list: { readonly tag: string; readonly item: RegExp },
): Block {
  const items: string[] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const item = list.item.exec(line);
    if (item) items.push(item[1] ?? "");
    else if (/^\s+\S/.test(line)) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    else break;
  }
  return {
    html: `<${list.tag}>\n${items.map((item) => `<li>${inline(item)}</li>\n`).join("")}</${list.tag}>\n`,
    next,
  };
}

function quoteBlock(lines: readonly string[], at: number): Block {
  let next = at;
  while (lines[next]?.startsWith(">") === true) next++;
  const text = lines.slice(at, next).map((line) => line.replace(/^>\s?/, ""));
  return { html: `<blockquote>${inline(text.join(" "))}</blockquote>\n`, next };
}

const isTableAt = (lines: readonly string[], at: number): boolean =>
  (lines[at] ?? "").includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "");

function tableBlock(lines: readonly string[], at: number): Block {
  let next = at + 2;
  while (lines[next]?.includes("|") === true) next++;
  const row = (line: string, tag: string): string =>
    `<tr>${cells(line)
      .map((text) => `<${tag}>${inline(text)}</${tag}>`)
      .join("")}</tr>\n`;
  const body = lines.slice(at + 2, next).map((line) => row(line, "td"));
  const html = `<table>\n<thead>\n${row(lines[at] ?? "", "th")}</thead>\n<tbody>\n${body.join("")}</tbody>\n</table>\n`;
  return { html, next };
}

/** Cells of a row; `\|` is a bar within one. */
const cells = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((text) => text.trim().replaceAll("\\|", "|"));

/** A paragraph ends at an empty line, and where another kind of block begins. */
function paragraph(lines: readonly string[], at: number): Block {
  let next = at + 1;
  while (next < lines.length && !startsBlock(lines[next] ?? "")) next++;
  return { html: `<p>${inline(lines.slice(at, next).join("\n"))}</p>\n`, next };
}

const startsBlock = (line: string): boolean =>
  line.trim() === "" || /^(#{1,6}\s|```|>)/.test(line) || UNORDERED.test(line) || ORDERED.test(line);

/** Code first, for nothing within it is markup; the rest is escaped before marks become tags. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part) ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : emphasis(part),
    )
    .join("");
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .split(/(\[[^\]]*\]\([^\s)]+\))/)
    .map((part) => {
      const link = /^\[([^\]]*)\]\(([^\s)]+)\)$/.exec(part);
      return link ? linkHtml(link[1] ?? "", link[2] ?? "") : marks(part);
    })
    .join("");
}

function linkHtml(label: string, target: string): string {
  if (!/^(https?:\/\/|mailto:|#)/i.test(target)) return marks(label);
  return `<a href="${target}" rel="noopener noreferrer">${marks(label)}</a>`;
}

const marks = (text: string): string =>
  text
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<strong>$1</strong>")
    .replace(/\*(?=\S)(.+?)(?<=\S)\*/g, "<em>$1</em>")
    .replace(/(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)/g, "<em>$1</em>")
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, "<del>$1</del>");
