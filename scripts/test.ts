// Runs the whole suite, or the files whose path contains one of the arguments: `npm test -- store values`.
// With `--name <pattern>` only the tests whose name matches.
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { run } from "node:test";
import { parseArgs } from "node:util";
import { isSuccess, reportTests } from "./test-report.ts";

const FILE_TIMEOUT_MS = 600_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { name: { type: "string" } } });

const files = globSync("*/**/*.test.ts", { exclude: ["**/node_modules", "build"] })
  .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
  .toSorted()
  .map((file) => resolve(file));

if (files.length === 0) console.error(`No test file has ${positionals.join(" or ")} in its path.`);

const events = run({
  files,
  concurrency: availableParallelism(),
  timeout: FILE_TIMEOUT_MS,
  ...(values.name === undefined ? {} : { testNamePatterns: [values.name] }),
});
const report = await reportTests(events, process.stdout);
process.exitCode = isSuccess(report, { allowSkips: process.env["CI"] !== "true" }) ? 0 : 1;
