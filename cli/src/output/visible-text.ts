// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const MARKS = /\u001B\[[0-9;]*m/g;
// oxlint-disable-next-line no-control-regex -- as above; split keeps what the group holds
const MARK_BETWEEN = /(\u001B\[[0-9;]*m)/;
// oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** How many characters of a marked text are seen. */
export function visibleWidth(text: string): number {
  return [...text.replace(MARKS, "")].length;
}

/** The text with spaces up to a width, at its end or (`start`) before it. */
export function padTo(text: string, width: number, side: "start" | "end" = "end"): string {
  const spaces = " ".repeat(Math.max(0, width - visibleWidth(text)));
  return side === "end" ? text + spaces : spaces + text;
}

/** At most `width` characters of a text without marks; what is left out shows as `…`. */
export function cutTo(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 0 ? "" : `${characters.slice(0, width - 1).join("")}…`;
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
