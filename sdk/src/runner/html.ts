/** Text as it stands in HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Beginning of a page; what follows is appended, and browsers close the rest. */
export function pageHead(title: string): string {
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n`;
}

const STYLE = [
  "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2024}",
  "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #d5d9de;padding:.3rem .6rem;text-align:left}",
  "th{background:#f3f5f7}td.number{text-align:right;font-variant-numeric:tabular-nums}",
  "pre,code{font-family:ui-monospace,monospace;font-size:.92em;background:#f3f5f7}pre{padding:.7rem;overflow:auto}",
  "blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid #d5d9de;color:#555}img,svg{max-width:100%}",
].join("");

/** A table from records; columns are all fields in the order they appear unless named. Null and absent are empty. */
export function tableHtml(rows: readonly object[], columns?: readonly string[]): string {
  const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const head = names.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = rows.map((row) => `<tr>${cells(row, names)}</tr>\n`).join("");
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>\n`;
}

function cells(row: object, names: readonly string[]): string {
  const fields = new Map<string, unknown>(Object.entries(row));
  return names.map((name) => cell(fields.get(name))).join("");
}

function cell(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return `<td class="number">${value}</td>`;
  return `<td>${escapeHtml(cellText(value))}</td>`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
