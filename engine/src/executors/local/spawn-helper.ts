import { encodeLines, lineCutter, type HelperReport, type HelperRequest } from "./helper-protocol.ts";
import { ScriptQueue } from "./script-queue.ts";

/*
 * The process that starts scripts for the engine: small, so that starting is cheap however large the engine's heap is.
 * Requests come as lines of JSON on standard input, reports go to standard output. The end of the input means that the
 * engine closed or died: everything still running is killed.
 */

/**
 * A start is told a little later than it happens: most often the end can go with it. So is an end while there are scripts
 * to go on with: to tell of several at once costs as little as of one.
 */
const GATHER_MS = 4;

const CLOSING_MS = 5_000;

const reports: HelperReport[] = [];
let flushAt: "now" | "soon" | null = null;

const queue = new ScriptQueue(Number(process.argv[2]), (report) => {
  reports.push(report);
  const isAwaited = report.kind === "returned" || (report.kind === "ended" && !queue.areWaiting);
  if (isAwaited && flushAt !== "now") {
    flushAt = "now";
    setImmediate(flush);
  } else if (flushAt === null) {
    flushAt = "soon";
    setTimeout(flush, GATHER_MS);
  }
});

const cut = lineCutter();
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk: string) => {
  for (const line of cut(chunk)) take(JSON.parse(line) as HelperRequest);
  queue.pump();
});
process.stdin.once("end", close);
process.stdin.once("error", close);
// Nobody reads any more: the engine is gone, and the end of the input is on its way.
process.stdout.on("error", close);

function close(): void {
  queue.close();
  // What will not end by then is left to the watchdog.
  setTimeout(() => process.exit(), CLOSING_MS).unref();
}

function take(request: HelperRequest): void {
  switch (request.kind) {
    case "places":
      return queue.setPlaces(request.lane, request.count);
    case "free-place":
      return queue.freePlace(request.id);
    case "start":
      return queue.start(request);
    case "take-back":
      return queue.takeBack(request.ids);
    case "cancel":
      return queue.cancel(request.ids, request.graceMs);
  }
}

function flush(): void {
  flushAt = null;
  if (reports.length > 0) process.stdout.write(encodeLines(reports.splice(0)));
}
