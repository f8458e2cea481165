// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const MARKS = /\u001B\[[0-9;]*m/g;
// oxlint-disable-next-line no-control-regex -- as above; split keeps what the group holds
const MARK_BETWEEN = /(\u001B\[[0-9;]*m)/;
// oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** Text in which every character takes one column: no need to look closer. */
const NARROW =
  /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u205E\u2190-\u21FF\u2500-\u25CF\u2713\u2717]*$/;
/** What terminals draw two columns wide: scripts of East Asia, and signs that are pictures. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}])/u;
const UNSEEN = /^[\p{Mn}\p{Me}\p{Cf}]/u;

let segmenter: Intl.Segmenter | undefined;

/** What a person sees as one character each, however many code points make it. */
function charactersOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function columnsOf(character: string): number {
  if (UNSEEN.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** How many columns of a terminal a marked text takes. */
export function visibleWidth(text: string): number {
  const bare = text.replace(MARKS, "");
  if (NARROW.test(bare)) return bare.length;
  return charactersOf(bare).reduce((sum, character) => sum + columnsOf(character), 0);
}

/** The text with spaces up to a width, at its end or (`start`) before it. */
export function padTo(text: string, width: number, side: "start" | "end" = "end"): string {
  const spaces = " ".repeat(Math.max(0, width - visibleWidth(text)));
  return side === "end" ? text + spaces : spaces + text;
}

/** At most `width` columns of a text without marks; what is left out shows as `…`. */
export function cutTo(text: string, width: number): string {
  // Of a text of a million characters only the beginning is looked at.
  const near = text.length > 64 + 16 * width ? text.slice(0, 64 + 16 * width) : text;
  if (near === text && visibleWidth(text) <= width) return text;
  if (width <= 0) return "";
  let kept = "";
  let seen = 0;
  for (const character of charactersOf(near)) {
    seen += columnsOf(character);
    if (seen > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A marked line cut to a width; marks that are open are closed. */
export function cutLine(line: string, width: number): string {
  if (visibleWidth(line) <= width) return line;
  let seen = 0;
  let text = "";
  for (const part of line.split(MARK_BETWEEN)) {
    if (part.startsWith("\u001B")) text += part;
    else {
      text += cutTo(part, Math.max(0, width - seen));
      seen += visibleWidth(part);
    }
  }
  return text;
}

/** Text of files, names and logs made harmless for a terminal: control characters are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The same for a text that must stay in its line, such as a cell of a table. */
export function printableLine(text: string): string {
  return printable(text.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
}
