import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { file } from "../types/schemas.ts";
import { File, type Dir } from "../values/file.ts";
import { out } from "./output.ts";
import { requireTask } from "./registry.ts";
import type { RenderedScript } from "./rendered-script.ts";
import { script } from "./script.ts";
import { renderCommand, sh, stage, when } from "./shell.ts";

const bash = (command: string): string =>
  execFileSync("bash", ["-euo", "pipefail", "-c", command], { encoding: "utf8", cwd: "/" });

function render(name: string, args: unknown): RenderedScript {
  const definition = requireTask(name);
  assert.equal(definition.kind, "script");
  return definition.render(args);
}

const at = (name: string, content = name): File =>
  new File({ digest: `sha256:${content}`, size: 1, name, uri: `file:///data/${content}` });

const hostile = [
  "two words",
  "it's",
  'a "quote"',
  "$(touch /tmp/x)",
  "`id`",
  "line\nbreak",
  "-rf",
  "--",
  "*",
  "~",
  "a;b",
  "a&b|c",
  "$HOME",
  "\\",
  "",
  "é☃",
  "a\tb",
  "!x",
  "#c",
  "{a,b}",
  "<x>",
];

for (const text of hostile) {
  test(`(30) ${JSON.stringify(text)} is one word for the shell and is not run`, () => {
    assert.equal(bash(renderCommand(sh`printf '<%s>' ${text}`)), `<${text}>`);
  });
}

test("(30) any text without NUL is one word", () => {
  const words = fc.array(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "").toWellFormed()),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(words, (list) =>
      assert.equal(bash(renderCommand(sh`printf '<%s>' ${list}`)), list.map((word) => `<${word}>`).join("")),
    ),
    { numRuns: 40 },
  );
});

test("null is no word, a list one word each, an empty list none", () => {
  assert.equal(
    renderCommand(sh`tool ${null} ${["a", "b c"]} ${[]} ${1.5} ${true}`),
    "tool  a 'b c'  1.5 true",
  );
});

test("backslashes and dollars in the text are the shell's own", () => {
  assert.equal(bash(renderCommand(sh`A=1; printf '%s\n' "\${A}" "$A"`)), "1\n1\n");
});

test("commands are made of commands, joined by spaces when they are a list", () => {
  const part = sh`-x ${"a b"}`;
  assert.equal(renderCommand(sh`tool ${part} ${[part, sh`-y`]}`), "tool -x 'a b' -x 'a b' -y");
});

test("a part under a condition stands when it is true or given", () => {
  const command = (flag: boolean | null): string =>
    renderCommand(sh`tool ${when(flag, sh`--flag ${"v w"}`)}.`);
  assert.deepEqual(
    [command(true), command(false), command(null)],
    ["tool --flag 'v w'.", "tool .", "tool ."],
  );
});

test("staged files of equal base names have folders of their own, the same file is staged once", () => {
  script({
    name: "shell-same-names",
    input: { files: z.array(file()) },
    output: out.stdout(),
    command: ({ files }) => sh`cat ${files} ${files[0]}`,
  });
  const { command, inputs } = render("shell-same-names", { files: [at("a.txt", "1"), at("a.txt", "2")] });
  assert.equal(command, "cat inputs/1/a.txt inputs/2/a.txt inputs/1/a.txt");
  assert.deepEqual(
    inputs.map((input) => input.path),
    ["inputs/1/a.txt", "inputs/2/a.txt"],
  );
});

test("companions lie beside their file, under a chosen name or their own", () => {
  script({
    name: "shell-companions",
    input: { bam: file(), bai: file(), index: z.object({ files: z.array(file()) }) },
    output: out.stdout(),
    command: ({ bam, bai, index }) => sh`view ${stage(bam, { name: "x.bam", beside: [bai, index.files] })}`,
  });
  const args = { bam: at("s.bam"), bai: at("x.bam.bai"), index: { files: [at("1.idx"), at("2.idx")] } };
  const { command, inputs } = render("shell-companions", args);
  assert.equal(command, "view inputs/1/x.bam");
  assert.deepEqual(inputs.map((input) => input.path).toSorted(), [
    "inputs/1/1.idx",
    "inputs/1/2.idx",
    "inputs/1/x.bam",
    "inputs/1/x.bam.bai",
  ]);
});

test("two files under one name in one folder, and a name with a slash, are errors", () => {
  script({
    name: "shell-collision",
    input: { a: file(), b: file() },
    output: out.stdout(),
    command: ({ a, b }) => sh`x ${stage(a, { beside: [b] })}`,
  });
  assert.throws(() => render("shell-collision", { a: at("s", "1"), b: at("s", "2") }), {
    code: "staged-name-twice",
  });
  script({
    name: "shell-bad-name",
    input: { a: file(), name: z.string() },
    output: out.stdout(),
    command: ({ a, name }) => sh`x ${stage(a, { name })}`,
  });
  for (const name of ["a/b", "..", ""])
    assert.throws(() => render("shell-bad-name", { a: at("s"), name }), { code: "staged-name-not-valid" });
});

test("file names with spaces, quotes and $(…) are quoted where they are staged", () => {
  script({
    name: "shell-odd-names",
    input: { a: file() },
    output: out.stdout(),
    command: ({ a }) => sh`cat ${a}`,
  });
  assert.equal(
    render("shell-odd-names", { a: at("it's $(x) here") }).command,
    `cat 'inputs/1/it'\\''s $(x) here'`,
  );
});

test("outputs have the shape that was declared, with paths, conditions and destinations", () => {
  script({
    name: "shell-outputs",
    input: { id: z.string(), to: z.string() },
    output: ({ id, to }) => ({
      bam: out.file(id as never, { nonEmpty: true, publish: to }),
      parts: out.files("*.part"),
      logs: [out.stdout(), out.stderr()] as const,
      stats: out.json(z.object({ reads: z.number().describe("how many") }), { path: "stats.json" }),
      id: out.value(id),
      folder: out.dir("d", { optional: true }),
    }),
    command: ({ id }, o) => sh`run ${id} > ${o.bam}; echo ${o.parts} ${o.stats} ${o.folder}`,
  });
  const { outputs, publish, command } = render("shell-outputs", { id: "s 1", to: "results/" });
  assert.equal(command, "run 's 1' > 's 1'; echo '*.part' stats.json d");
  assert.deepEqual(publish, { bam: "results/" });
  assert.deepEqual(outputs, {
    kind: "record",
    fields: {
      bam: { kind: "file", path: "s 1", nonEmpty: true },
      parts: { kind: "files", glob: "*.part" },
      logs: { kind: "list", items: [{ kind: "stdout" }, { kind: "stderr" }] },
      stats: {
        kind: "json",
        path: "stats.json",
        type: { kind: "record", fields: { reads: { type: { kind: "number" } } } },
      },
      id: { kind: "value", value: "s 1" },
      folder: { kind: "dir", path: "d", optional: true },
    },
  });
  const { output } = requireTask("shell-outputs");
  assert.equal(output.kind === "record" && output.fields["folder"]?.type.kind, "nullable");
});

test("what is no output is refused with its place", () => {
  script({ name: "shell-no-output", output: { a: { b: "x.txt" as never } }, command: () => sh`true` });
  assert.throws(() => render("shell-no-output", {}), /string at "a\.b"/);
});

test("a folder is staged like a file", () => {
  const folder = { digest: "sha256:d", size: 1, name: "index", uri: "file:///index" };
  script({
    name: "shell-folder",
    input: { a: z.any() },
    output: out.stdout(),
    command: ({ a }) => sh`ls ${a as never}`,
  });
  const rendered = render("shell-folder", {
    a: Object.defineProperty({ ...folder }, Symbol.for("ligase.dir"), { value: true }) as unknown as Dir,
  });
  assert.equal(rendered.command, "ls inputs/1/index");
});
