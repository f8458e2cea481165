import { padTo, visibleWidth } from "./visible-text.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand at the end of their column; default `start`. */
  readonly align?: "start" | "end";
}

/** Lines of a table with aligned columns; cells may be marked with colours. The last column is not padded. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const header = columns.map(({ title }) => title);
  const hasHeader = header.some((title) => title !== "");
  const lines = hasHeader ? [header, ...rows] : rows;
  const widths = columns.map((_, index) =>
    Math.max(0, ...lines.map((line) => visibleWidth(line[index] ?? ""))),
  );
  return lines.map((line) =>
    columns
      .map(({ align }, index) =>
        padTo(line[index] ?? "", widths[index] ?? 0, align === "end" ? "start" : "end"),
      )
      .join("  ")
      .trimEnd(),
  );
}
