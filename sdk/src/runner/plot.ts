import { escapeHtml } from "./html.ts";

/** A plot as data; a deck draws it as SVG. */
export interface PlotSpec {
  readonly kind: "bar" | "line" | "scatter";
  readonly title?: string;
  /** Title of an axis. */
  readonly x?: string;
  readonly y?: string;
  readonly series: readonly PlotSeries[];
}

/** Points of one colour. Positions are numbers, or names of categories (always names in a bar plot). */
export interface PlotSeries {
  readonly name?: string;
  readonly points: readonly (readonly [x: number | string, y: number])[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 60;
const COLOURS = ["#2f6fde", "#e0662b", "#2c9a61", "#a44cc2", "#c9a115", "#5a6b7b"];

/** Renders a plot to SVG. Points that are not finite are left out. */
export function plotSvg(spec: PlotSpec): string {
  const series = spec.series.map((one) => ({ ...one, points: one.points.filter(isDrawable) }));
  const frame: Frame = { spec, series, x: horizontal(spec, series), y: vertical(spec, series) };
  const shapes = series.map((one, index) => drawSeries(frame, one, index)).join("");
  const parts = [axes(frame), shapes, titles(spec), legend(series)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui,sans-serif" font-size="12">${parts.join("")}</svg>\n`;
}

interface Frame {
  readonly spec: PlotSpec;
  readonly series: readonly PlotSeries[];
  readonly x: Axis;
  readonly y: Axis;
}

/** Where values stand in the picture. `step` is the width of a category, 0 for numbers. */
interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly step: number;
  place(value: number | string): number;
}

const isDrawable = ([x, y]: readonly [number | string, number]): boolean =>
  Number.isFinite(y) && (typeof x === "string" || Number.isFinite(x));

function horizontal(spec: PlotSpec, series: readonly PlotSeries[]): Axis {
  const positions = series.flatMap((one) => one.points.map(([x]) => x));
  const isNumeric = spec.kind !== "bar" && positions.every((x) => typeof x === "number");
  if (isNumeric) return numberAxis(extent(positions), { from: LEFT, to: WIDTH - RIGHT });
  const names = [...new Set(positions.map(String))];
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, names.length);
  const order = new Map(names.map((name, index) => [name, LEFT + (index + 0.5) * step]));
  return {
    ticks: names.map((label) => ({ at: order.get(label) ?? LEFT, label })),
    step,
    place: (value) => order.get(String(value)) ?? LEFT,
  };
}

function vertical(spec: PlotSpec, series: readonly PlotSeries[]): Axis {
  const values = series.flatMap((one) => one.points.map(([, y]) => y));
  return numberAxis(extent(spec.kind === "bar" ? [0, ...values] : values), {
    from: HEIGHT - BOTTOM,
    to: TOP,
  });
}

/** Smallest and largest, by a loop: a spread of a million points would exceed the stack. */
function extent(values: readonly (number | string)[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (typeof value !== "number") continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // Too close to tell apart in numbers of this size: ticks between them could not be counted.
  if (high - low > Math.max(largest * 1e-9, 1e-300)) return [low, high];
  const half = largest === 0 ? 0.5 : Math.max(largest, 1e-290) / 2;
  return [low - half, high + half];
}

function numberAxis(
  [low, high]: readonly [number, number],
  pixels: { readonly from: number; readonly to: number },
): Axis {
  const step = roundStep((high - low) / 6);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const place = (value: number | string): number =>
    pixels.from + ((Number(value) / step - first) / Math.max(1, last - first)) * (pixels.to - pixels.from);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { ticks: ticks.map((value) => ({ at: place(value), label: tickLabel(value) })), step: 0, place };
}

/** The next of 1, 2, 5 × 10ⁿ. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw * 0.999) ?? raw;
}

const tickLabel = (value: number): string => String(Number(value.toPrecision(6)));

function axes({ x, y }: Frame): string {
  const floor = HEIGHT - BOTTOM;
  const every = Math.ceil(x.ticks.length / 24);
  const columns = x.ticks
    .filter((_, index) => index % every === 0)
    .map((tick) => text(tick.label, { x: tick.at, y: floor + 18 }));
  const rows = y.ticks.map(
    (tick) =>
      line([LEFT, tick.at], [WIDTH - RIGHT, tick.at], "#e3e6ea") +
      text(tick.label, { x: LEFT - 8, y: tick.at + 4, anchor: "end" }),
  );
  return [
    ...rows,
    ...columns,
    line([LEFT, floor], [WIDTH - RIGHT, floor], "#667"),
    line([LEFT, TOP], [LEFT, floor], "#667"),
  ].join("");
}

function drawSeries(frame: Frame, series: PlotSeries, index: number): string {
  const colour = COLOURS[index % COLOURS.length] ?? "#000";
  const points = series.points.map(([x, y]) => [frame.x.place(x), frame.y.place(y)] as const);
  switch (frame.spec.kind) {
    case "bar":
      return bars(frame, points, { index, colour });
    case "line":
      return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(" ")}"/>`;
    case "scatter":
      return points
        .map(([x, y]) => `<circle cx="${px(x)}" cy="${px(y)}" r="3" fill="${colour}" fill-opacity="0.7"/>`)
        .join("");
  }
}

function bars(
  frame: Frame,
  points: readonly (readonly [number, number])[],
  bar: { readonly index: number; readonly colour: string },
): string {
  const width = (frame.x.step * 0.8) / Math.max(1, frame.series.length);
  const zero = frame.y.place(0);
  return points
    .map(([x, y]) => {
      const left = x - frame.x.step * 0.4 + bar.index * width;
      return `<rect x="${px(left)}" y="${px(Math.min(y, zero))}" width="${px(width)}" height="${px(Math.abs(zero - y))}" fill="${bar.colour}"/>`;
    })
    .join("");
}

function titles(spec: PlotSpec): string {
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  const title =
    spec.title === undefined
      ? ""
      : text(spec.title, { x: WIDTH / 2, y: 20, style: 'font-size="15" font-weight="600"' });
  const x = spec.x === undefined ? "" : text(spec.x, { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 12 });
  const y =
    spec.y === undefined
      ? ""
      : text(spec.y, { x: 16, y: middle, style: `transform="rotate(-90 16 ${middle})"` });
  return title + x + y;
}

function legend(series: readonly PlotSeries[]): string {
  return series
    .map(({ name }, index) => {
      if (name === undefined) return "";
      const y = TOP + 8 + index * 16;
      const colour = COLOURS[index % COLOURS.length] ?? "#000";
      return `<rect x="${WIDTH - RIGHT - 130}" y="${y - 9}" width="10" height="10" fill="${colour}"/>${text(name, { x: WIDTH - RIGHT - 114, y, anchor: "start" })}`;
    })
    .join("");
}

interface TextAt {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly style?: string;
}

const text = (content: string, { x, y, anchor = "middle", style = "" }: TextAt): string =>
  `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" ${style}>${escapeHtml(content)}</text>`;

type Point = readonly [x: number, y: number];

const line = ([x1, y1]: Point, [x2, y2]: Point, colour: string): string =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${colour}"/>`;

const px = (value: number): string => String(Math.round(value * 10) / 10);
