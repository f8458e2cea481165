import { relative } from "node:path";
import type { Writable } from "node:stream";
import type { EventData } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { inspect, styleText } from "node:util";

/** Tests that took longer are listed, so many of them. */
const SLOW_MS = 1000;
const SLOW_LISTED = 20;
/** A test that failed only because another did; that one tells why. */
const CAUSE_IS_ELSEWHERE = new Set<unknown>(["subtestsFailed", "cancelledByParent"]);
const NODE_INTERNAL_FRAME = /^ +at .*\(node:.*\n?/gm;

/** What a test run came to. A skip is the reason that the test or suite gave. */
export interface TestReport {
  readonly success: boolean;
  readonly tests: number;
  readonly skips: readonly string[];
}

interface Findings {
  readonly failures: string[];
  readonly skips: string[];
  readonly slow: { readonly name: string; readonly durationMs: number }[];
  readonly output: Map<string, string>;
  readonly closing: string[];
  total: { readonly success: boolean; readonly tests: number };
}

/**
 * Writes one line per file while they run; then the slowest tests, skips, failures and, last, the summary of
 * node:test: a log that was cut to its end still says what failed.
 */
export async function reportTests(events: AsyncIterable<TestEvent>, out: Writable): Promise<TestReport> {
  const found: Findings = {
    failures: [],
    skips: [],
    slow: [],
    output: new Map(),
    closing: [],
    total: { success: false, tests: 0 },
  };
  const path: string[] = [];
  for await (const event of events) {
    if (event.type === "test:start") path.splice(event.data.nesting, Infinity, event.data.name);
    const line = take(event, path, found);
    if (line !== undefined) out.write(`${line}\n`);
  }
  const blocks = [
    block("Slowest", slowest(found.slow).map(slowLine)),
    block("Skipped, a failure under CI=true, because", countedLines(found.skips)),
    ...found.failures,
  ].filter((text) => text !== "");
  out.write(blocks.map((text) => `\n${text}\n`).join(""));
  out.write(`\n${found.closing.map((line) => `ℹ ${line}\n`).join("")}`);
  return { ...found.total, skips: found.skips };
}

/** A run is a success if it ran something, nothing failed and, unless allowed, nothing was skipped. */
export function isSuccess(report: TestReport, { allowSkips }: { readonly allowSkips: boolean }): boolean {
  return report.success && report.tests > 0 && (allowSkips || report.skips.length === 0);
}

/** Notes what an event tells; returns the line to print at once, if any. */
function take(event: TestEvent, path: readonly string[], found: Findings): string | undefined {
  switch (event.type) {
    case "test:pass":
    case "test:fail":
      return takeResult(event, path, found);
    case "test:stdout":
    case "test:stderr": {
      const { file, message } = event.data;
      found.output.set(file, (found.output.get(file) ?? "") + message);
      return undefined;
    }
    case "test:diagnostic":
      if (event.data.nesting === 0 && event.data.file === undefined) found.closing.push(event.data.message);
      return undefined;
    case "test:summary":
      if (event.data.file !== undefined) return fileLine(event.data, found.output.get(event.data.file));
      found.total = { success: event.data.success, tests: event.data.counts.tests };
      return undefined;
    default:
      return undefined;
  }
}

function takeResult(
  event: Extract<TestEvent, { type: "test:pass" | "test:fail" }>,
  path: readonly string[],
  found: Findings,
): string | undefined {
  const { details, file, skip, nesting } = event.data;
  const name = [...path.slice(0, nesting), event.data.name].join(" › ");
  if (skip !== undefined && skip !== false)
    found.skips.push(skip === true ? `of no given reason: ${name}` : skip);
  if (details.type !== "suite" && details.duration_ms > SLOW_MS) {
    found.slow.push({ name: `${shown(file)} › ${name}`, durationMs: details.duration_ms });
  }
  if (event.type === "test:pass") return undefined;

  // A file that ends before its tests are known fails under its own name, and all it says is on its output.
  if (event.data.name === file)
    return `${mark(false)} ${shown(file)}\n${indent(found.output.get(file) ?? "")}`;
  if (!causeIsElsewhere(event.data.details.error)) found.failures.push(failure(event.data, name));
  return undefined;
}

function causeIsElsewhere(error: Error): boolean {
  return "failureType" in error && CAUSE_IS_ELSEWHERE.has(error.failureType);
}

function failure({ file, line, details }: EventData.TestFail, name: string): string {
  const text = causeText(details.error.cause ?? details.error).replaceAll(NODE_INTERNAL_FRAME, "");
  return `${mark(false)} ${name}\n${indent(`${shown(file)}:${line ?? 0}\n${text}`)}`;
}

/** The stack of an assertion holds its difference; of any other error the fields tell more. */
function causeText(cause: unknown): string {
  if (typeof cause === "string") return cause;
  if (cause instanceof Error && "code" in cause && cause.code === "ERR_ASSERTION")
    return cause.stack ?? cause.message;
  return inspect(cause, { colors: process.stdout.isTTY });
}

function fileLine(
  { file, counts, duration_ms, success }: EventData.TestSummary,
  output: string | undefined,
): string {
  const time = `${(duration_ms / 1000).toFixed(1)} s`;
  const line = `${mark(success)} ${shown(file)}  ${counts.passed}/${counts.tests}  ${time}`;
  return success || output === undefined ? line : `${line}\n${indent(output)}`;
}

function slowest(slow: Findings["slow"]): Findings["slow"] {
  return slow.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOW_LISTED);
}

function slowLine({ name, durationMs }: { readonly name: string; readonly durationMs: number }): string {
  return `${(durationMs / 1000).toFixed(1)} s  ${name}`;
}

/** Each line once, with how often it came. */
function countedLines(lines: readonly string[]): readonly string[] {
  return [...Map.groupBy(lines, (line) => line)].map(([line, same]) => `${line}  (${same.length})`);
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}:\n${indent(lines.join("\n"))}`;
}

function mark(success: boolean): string {
  return success ? styleText("green", "✔") : styleText("red", "✖");
}

function shown(file: string | undefined): string {
  return file === undefined ? "?" : relative(process.cwd(), file);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
