import assert from "node:assert/strict";
import { test } from "node:test";
import { dependenciesOf, importsOf, readText, repositoryFiles, type Import } from "./source-files.ts";

const MAX_LINES = 450;
/** In `errors/catalogue` a file is named after the room whose errors it lists. */
const NAMES_THAT_SAY_NOTHING = /(?<!catalogue)\/(utils?|helpers?|common|lib|types|misc|shared)\.ts$/;

/** The workspaces whose source is checked, and the workspaces each may import. Nothing imports examples. */
const WORKSPACES: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  engine: ["@ligase/sdk"],
  server: ["@ligase/sdk", "@ligase/engine"],
  cli: ["@ligase/sdk", "@ligase/engine", "@ligase/server"],
  testkit: ["@ligase/sdk", "@ligase/engine"],
  benchmarks: ["@ligase/sdk", "@ligase/engine", "@ligase/testkit", "ligase"],
  examples: ["ligase", "@ligase/sdk", "@ligase/testkit"],
};

/** The floors of a workspace's `src`, lowest first: a room imports itself and the floors below. */
const FLOORS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  sdk: [
    ["errors"],
    ["values", "types"],
    ["graph"],
    ["authoring"],
    ["runner"],
    ["index", "internal", "reading", "eslint"],
  ],
  engine: [
    ["model"],
    ["ports"],
    ["reducer", "code", "people"],
    ["cache", "store", "files", "load", "gates"],
    ["events"],
    ["scheduler", "executors", "builtin"],
    ["inspect", "external"],
    ["launch"],
    ["engine", "reader"],
    ["index", "testing"],
  ],
  server: [
    [
      "contract",
      "told",
      "given-fields",
      "event-topic",
      "authentication",
      "shown-files",
      "requests-under-way",
    ],
    ["problems", "borders", "workflows", "served-bytes", "gate-documents"],
    ["launches", "watch-run", "watch-inbox", "waiting-workers"],
    ["events-stream"],
    ["service"],
    ["router", "decisions"],
    ["routes"],
    ["app"],
    ["serve"],
    ["index", "client"],
  ],
};
/**
 * Rooms that know each other all the same: a type has values, and files are values; a task's body is typed by the
 * context that the runner will give it.
 */
const NEIGHBOURS = new Set(["sdk/types -> sdk/values", "sdk/authoring -> sdk/runner"]);
/** What only the composition root names: concrete stores, file stores and executors. */
const CONCRETE = /^engine\/src\/(store|executors)\/|^engine\/src\/files\/[\w-]*-file-store\.ts$/;
const COMPOSITION_ROOTS = new Set(["engine/src/engine.ts", "engine/src/reader.ts", "engine/src/testing.ts"]);

const isTest = (file: string) =>
  /\.(?:test|fixture)\.ts$|\/(?:fixtures|testing|test|conformance)\//.test(file);
const workspaceOf = (file: string) => file.split("/")[0] ?? "";
const roomOf = (file: string) => (file.split("/")[2] ?? "").replace(/\.ts$/, "");
const shown = ({ file, target }: Import) => `${file} -> ${target}`;

const sources = repositoryFiles().filter(
  (file) => /\.(ts|js)$/.test(file) && workspaceOf(file) in WORKSPACES,
);
const files = sources.filter((file) => !isTest(file));
const imports = files.flatMap(importsOf);

test("a workspace imports the packages it names, and only those below it", () => {
  const wrong = imports.filter(({ file, target, relative }) => {
    const workspace = workspaceOf(file);
    if (relative) return workspaceOf(target) !== workspace;
    const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
    const isOurs = name === "ligase" || name.startsWith("@ligase/");
    const allowed = isOurs ? (WORKSPACES[workspace] ?? []) : dependenciesOf(workspace);
    return (
      !target.startsWith("node:") && !(allowed.includes(name) && dependenciesOf(workspace).includes(name))
    );
  });
  assert.deepEqual(wrong.map(shown), []);
  assert.deepEqual(dependenciesOf("sdk"), ["zod"]);
});

test("nothing imports the examples", () => {
  const outside = sources.filter((file) => workspaceOf(file) !== "examples").flatMap(importsOf);
  assert.deepEqual(outside.filter(({ target }) => /^(@ligase\/)?examples\b/.test(target)).map(shown), []);
});

test("every import points down: to its own room or a lower floor", () => {
  const floorOf = (file: string) =>
    (FLOORS[workspaceOf(file)] ?? []).findIndex((rooms) => rooms.includes(roomOf(file)));
  const inside = files.filter((file) => workspaceOf(file) in FLOORS && file.split("/")[1] === "src");
  assert.deepEqual(
    inside.filter((file) => floorOf(file) === -1),
    [],
    "rooms without a floor",
  );

  const roomPath = (file: string) => `${workspaceOf(file)}/${roomOf(file)}`;
  const wrong = inside.flatMap(importsOf).filter(({ file, target, relative }) => {
    if (!relative || workspaceOf(file) !== workspaceOf(target) || roomPath(file) === roomPath(target))
      return false;
    return floorOf(target) >= floorOf(file) && !NEIGHBOURS.has(`${roomPath(file)} -> ${roomPath(target)}`);
  });
  assert.deepEqual(wrong.map(shown), []);
});

test("only the composition root names a concrete store, file store or executor", () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      CONCRETE.test(target) && !COMPOSITION_ROOTS.has(file) && roomOf(file) !== roomOf(target),
  );
  assert.deepEqual(wrong.map(shown), []);
});

test("no file imports itself, whatever the way round", () => {
  const targets = Map.groupBy(
    imports.filter(({ relative }) => relative),
    ({ file }) => file,
  );
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (finished.has(file) || path.includes(file)) return;
    for (const { target } of targets.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(circles, []);
});

test("a file has one subject: at most 450 lines and a name that says it", () => {
  const long = files.filter((file) => readText(file).split("\n").length - 1 > MAX_LINES);
  assert.deepEqual(long, []);
  assert.deepEqual(
    sources.filter((file) => NAMES_THAT_SAY_NOTHING.test(file)),
    [],
  );
});
