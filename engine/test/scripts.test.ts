import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

const HEAD = `import { dir, file, map, out, script, sh, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n`;

const one = (body: string): Record<string, string> => ({
  "flow.ts": `${HEAD}\nexport const one = script({ name: "one", ${body} });\n`,
});

test("28: a command that fails in the middle of a pipe fails the script, with the tail of stderr", async (t) => {
  const project = Project.make(
    t,
    one(
      `output: out.stdout(), command: () => sh\`echo data | { cat >&2; echo "the reason" >&2; exit 3; } | cat\``,
    ),
  );
  const { status, error } = await project.run("one");
  assert.equal(status, "failed");
  assert.equal(error?.kind, "user");
  assert.match(JSON.stringify(error), /the reason/);
  assert.match(JSON.stringify(error), /\b3\b/);
});

test("28: an unset variable and a failing command that is not the last fail the script", async (t) => {
  for (const command of ["echo $NOT_SET_ANYWHERE; true", "false; true", "x=$(false); true"]) {
    const project = Project.make(t, one(`output: out.stdout(), command: () => sh\`${command}\``));
    assert.equal((await project.run("one")).status, "failed", command);
  }
});

test("29: another interpreter by shebang works, and here-doc markers in the body do no harm", async (t) => {
  const project = Project.make(
    t,
    one(`input: { n: z.number() }, output: out.stdout(), command: ({ n }) => sh\`#!/usr/bin/env perl
use strict;
my $text = <<'EOF';
EOF LIGASE
EOF
print $text, \${n} * 2;
\``),
  );
  const { value, error } = await project.run("one", { n: 21 });
  assert.equal(value, "EOF LIGASE\n42", error?.message);
});

test("29: here-documents in a bash script come through byte by byte", async (t) => {
  const project = Project.make(
    t,
    one(`output: out.stdout(), command: () => sh\`cat <<'END'
EOF
$HOME \\\\n 'quoted' "double"
	tab
END
\``),
  );
  assert.equal((await project.run("one")).value, `EOF\n$HOME \\\\n 'quoted' "double"\n\ttab`);
});

const WEIRD = [
  "with space",
  `quo'te"s`,
  "$(touch pwned)",
  "`touch pwned`",
  "new\nline",
  "-rf",
  "--",
  "semi;colon",
  "*",
  "~",
  "ünï",
  "a&b|c>d",
  "\\back\\slash",
  "trailing ",
];

test("30: names with spaces, quotes, substitutions, newlines and dashes pass intact and are never executed", async (t) => {
  const project = Project.make(
    t,
    one(`input: { files: z.array(file()), words: z.array(z.string()) },
  output: { names: out.stdout(), copies: out.files("copies/*") },
  command: ({ files, words }) => sh\`mkdir copies; for f in \${files}; do cp -- "$f" copies/; done; printf '%s\\0' \${words}; test ! -e pwned\``),
  );
  for (const name of WEIRD) writeFileSync(project.path(`in-${name}`), name);
  const files = WEIRD.map((name) => project.path(`in-${name}`));
  const { value, error } = await project.run("one", { files, words: WEIRD });
  assert.equal(error, null);
  const { names, copies } = value as { names: string; copies: { name: string; uri: string }[] };
  assert.deepEqual(names.split("\0").slice(0, -1), WEIRD);
  assert.deepEqual(copies.map(({ name }) => name).toSorted(), WEIRD.map((name) => `in-${name}`).toSorted());
  for (const { name, uri } of copies) assert.equal(`in-${readFileSync(fileURLToPath(uri), "utf8")}`, name);
  assert.equal(existsSync(project.path("pwned")), false);
});

test("30: an output whose name is made of such text is found, and goes through the next script", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const write = script({ name: "write", input: { name: z.string() }, output: ({ name }) => ({ made: out.file(name) }),
  command: ({ name }, o) => sh\`printf %s \${name} > \${o.made}\` });
const read = script({ name: "read", input: { f: file() }, output: out.stdout(), command: ({ f }) => sh\`cat -- \${f}; test ! -e pwned\` });
export const both = workflow({ name: "both", input: { names: z.array(z.string()) } }, ({ names }) => map(names, (name) => read({ f: write({ name }).made })));
`,
  });
  const { value, error } = await project.run("both", { names: WEIRD });
  assert.equal(error, null);
  // The last line breaks of standard output are not part of it.
  assert.deepEqual(value, WEIRD);
});

test("31: an output that is missing after success is an error that names it", async (t) => {
  const project = Project.make(
    t,
    one(`output: { made: out.file("results/made.txt") }, command: () => sh\`echo nothing\``),
  );
  const { status, error } = await project.run("one");
  assert.equal(status, "failed");
  assert.match(error?.message ?? "", /results\/made\.txt/);
});

test("32: an output deleted after success: the script runs again", async (t) => {
  const project = Project.make(
    t,
    one(`output: { made: out.file("made.txt"), other: out.file("other.txt") },
  command: (_, o) => sh\`echo one >> $LOG; echo 1 > \${o.made}; echo 2 > \${o.other}\``),
  );
  const first = await project.run("one");
  const { made } = first.value as { made: { uri: string } };
  rmSync(fileURLToPath(made.uri));
  project.executed();
  const again = await project.run("one");
  assert.deepEqual(again.value, first.value);
  assert.deepEqual(project.executed(), ["one"]);
  assert.equal(readFileSync(fileURLToPath(made.uri), "utf8"), "1\n");
});

test("33: standard output of 1 GB stays on the disk and out of the engine's memory", async (t) => {
  const project = Project.make(
    t,
    one(`output: { made: out.file("made.txt") },
  command: (_, o) => sh\`head -c 1000000000 /dev/zero | tr '\\0' 'x'; echo done > \${o.made}\``),
  );
  const { status, peakMiB, error } = await project.run("one");
  assert.equal(status, "succeeded", error?.message);
  assert.ok(peakMiB < 250, `${peakMiB} MiB`);
});

const STATS = `output: { stats: out.json(z.object({ reads: z.int(), lanes: z.array(z.object({ q: z.number() })), at: z.date(), note: z.string().default("none") }), { path: "stats.json" }) }`;

test("JSON that fits the schema is read by it: dates and defaults are there", async (t) => {
  const json = `{"reads":3,"lanes":[{"q":30.5}],"at":"2024-05-06T07:08:09.000Z"}`;
  const project = Project.make(
    t,
    one(`${STATS}, command: () => sh\`echo ${shellQuoted(json)} > stats.json\``),
  );
  const { value, error } = await project.run("one");
  assert.deepEqual(
    value,
    { stats: { reads: 3, lanes: [{ q: 30.5 }], at: new Date("2024-05-06T07:08:09.000Z"), note: "none" } },
    error?.message,
  );
});

test("JSON that does not fit the schema fails the script, with output, path and value of each wrong field", async (t) => {
  const json = `{"reads":"3","lanes":[{"q":1},{"q":null}],"at":"2024-05-06T07:08:09.000Z"}`;
  const project = Project.make(
    t,
    one(`${STATS}, command: () => sh\`echo ${shellQuoted(json)} > stats.json\``),
  );
  const { status, error } = await project.run("one");
  assert.equal(status, "failed");
  assert.equal(error?.kind, "user");
  assert.equal(error?.code, "output-type-wrong");
  assert.match(error?.message ?? "", /output "stats" of task "one"/);
  assert.match(error?.message ?? "", /^reads: expected .*integer.*, found "3"$/m);
  assert.match(error?.message ?? "", /^lanes\[1\]\.q: expected .*, found null$/m);
});

const shellQuoted = (text: string): string => `'${text}'`;
