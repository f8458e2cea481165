import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CommandLine, ending, readUntil } from "../testing/command-line.ts";

/** The job `long` writes a line, waits at a pipe, and writes another; `before` is over by then. */
const FLOW = `import { after, out, script, sh, workflow, z } from "ligase";
const say = (name) => script({ name, output: out.stdout(), command: () => sh\`echo \${name} >&2\` });
const before = say("before");
const next = say("next");
const long = script({
  name: "long",
  input: { go: z.string() },
  output: out.stdout(),
  command: ({ go }) => sh\`echo old >&2; read -r _ < \${go}; echo new >&2\`,
});
export const flow = workflow({ name: "flow", input: { go: z.string() } }, ({ go }) => {
  const ended = after(before({}), () => long({ go }));
  return after(ended, () => next({}));
});
`;

test("a run is followed by what its jobs write from now on, also those that come and go between two looks", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const go = join(ligase.folder, "go");
  execFileSync("mkfifo", [go]);
  const running = ligase.start(["run", "flow.ts", "flow", "--go", go, "--json"]);
  const started = await readUntil(running.stdout, /"job-started"[^\n]*"task":"long"[^\n]*\n/);
  const { run } = JSON.parse(started.split("\n")[0] ?? "") as { readonly run: string };
  const whole = ligase.start(["logs", run, "long", "-f"]);
  await readUntil(whole.stdout, /old\n/);

  const following = ligase.start(["logs", run, "-f"]);
  await readUntil(following.stderr, /from now on/);
  const ends = Promise.all([following, whole, running].map(ending));
  writeFileSync(go, "on\n");
  const [followed, rest, launched] = await ends;
  assert.deepEqual([followed?.code, rest?.code, launched?.code], [0, 0, 0]);
  assert.match(followed?.out ?? "", /^── long #\d+ stderr ──\nnew\n── next #\d+ stderr ──\nnext\n$/);
  assert.equal(rest?.out, "new\n");

  const over = await ligase.run("logs", run, "-f");
  assert.match(over.out, /before\n[^]*old\nnew\n[^]*next\n/);
});
