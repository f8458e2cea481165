import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { COMMANDS } from "./commands.ts";

/** A module that is loaded when its importer is: types are gone by then, and `import()` comes later. */
const IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"/gms;

/** All that is loaded with a module: files of the program by URL, packages by name. */
function loadedWith(entry: URL, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  for (const [, target = ""] of readFileSync(entry, "utf8").matchAll(IMPORT)) {
    if (target.startsWith(".")) loadedWith(new URL(target, entry), seen);
    else seen.add(target);
  }
  return seen;
}

const packagesOf = (...entries: readonly string[]): readonly string[] =>
  entries
    .flatMap((entry) => [...loadedWith(new URL(entry, import.meta.url))])
    .filter((name) => !/^(?:node|file):/.test(name));

test("the program starts without the SDK and the engine", () => {
  assert.deepEqual(packagesOf("./start.ts", "./commands.ts"), []);
});

test("a command loads the SDK and the engine when it runs, not for its help or a mistake", () => {
  const commands = readdirSync(new URL("./commands", import.meta.url)).map((file) => `./commands/${file}`);
  assert.ok(commands.length >= 9);
  for (const command of commands) assert.deepEqual(packagesOf(command), [], command);
});

test("what is read from a store is shown without the schema library", () => {
  const shown = ["show-run", "show-job", "show-jobs", "show-deck"].map((part) => `./show/${part}.ts`);
  const others = ["./inbox/inbox-items.ts", "./lineage/lineage-text.ts", "./search/search-jobs.ts"];
  const packages = new Set(packagesOf(...shown, ...others, "./show-error.ts", "./problem.ts"));
  assert.deepEqual([...packages], ["@ligase/sdk/values"]);
  assert.deepEqual(new Set(packagesOf("../../engine/src/reader.ts")), new Set(["@ligase/sdk/values"]));
  const door = new URL("../../sdk/src/reading.ts", import.meta.url);
  assert.deepEqual(packagesOf(door.href), []);
});

test("who lists runs loads no cryptography, which is the largest part of Node, and no threads", () => {
  const entries = ["../../engine/src/reader.ts", "../../sdk/src/reading.ts"];
  const loaded = entries.flatMap((entry) => [...loadedWith(new URL(entry, import.meta.url))]);
  assert.deepEqual(
    loaded.filter((name) => name === "node:crypto" || name === "node:worker_threads"),
    [],
  );
});

test("each command is found by its name, and loads as that command", async () => {
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = await entry.load();
    assert.equal(command.name, name);
    assert.ok(entry.summary !== "" && command.about !== "" && command.examples.length > 0, name);
  }
});
