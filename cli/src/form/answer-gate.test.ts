import assert from "node:assert/strict";
import { test } from "node:test";
import { ending, readUntil } from "../testing/command-line.ts";
import { waitingRun } from "../testing/waiting-run.ts";
import { Screen } from "../testing/screen.ts";

const FLOW = `import { approve, review, waitForInput, workflow, z } from "ligase";
const Plan = z.object({
  depth: z.number().min(1).default(30).describe("Mean depth"),
  lanes: z.array(z.int()).min(2),
});
const Verdict = z.object({ verdict: z.enum(["keep", "drop"]), because: z.string() });
export const flow = workflow({ name: "flow", input: { table: z.array(z.object({ id: z.string(), keep: z.boolean() })).default([{ id: "a", keep: true }]) } }, ({ table }) => [
  waitForInput(Plan, { name: "plan", question: "How to go on?", requireComment: true }),
  approve(table, { name: "table", editable: true }),
  review(1, { name: "look" }),
  review("S1", { name: "judge", form: Verdict }),
]);
`;

test("a form asks for the value of a gate on the terminal, says what is wrong with the whole, and sends it", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  const running = ligase.startOnTerminal(["answer", id, "plan"]);
  const screen = new Screen();
  const type = async (expected: RegExp, line: string): Promise<void> => {
    screen.write(await readUntil(running.stdout, expected));
    running.stdin.write(`${line}\r`);
  };
  await type(/depth[^]*> $/, "0");
  await type(/at least 1[^]*> $/, "40");
  await type(/lanes\[0\][^]*> $/, "1");
  await type(/lanes\[1\][^]*> $/, "");
  // The whole is not valid: it is asked again, with what was given.
  await type(/depth[^]*40[^]*> $/, "");
  await type(/lanes\[0\][^]*keep[^]*> $/, "");
  await type(/lanes\[1\][^]*> $/, "2");
  await type(/lanes\[2\][^]*> $/, "");
  await type(/send it\?[^]*> $/, "y");
  await type(/why\?[^]*> $/, "as agreed");
  const { code, out } = await ending(running);
  screen.write(out);
  assert.equal(code, 0, screen.text);
  assert.match(screen.text, /depth {2}number, at least 1; Mean depth\n {2}\[30\] > 0\n {2}[^\n]*at least 1/);
  assert.match(screen.text, /✓ flow\/plan answered/);
  const gates = await withEngine((engine) => engine.inspect.gates(id));
  const decision = gates.find(({ name }) => name === "plan")?.decision;
  assert.deepEqual([decision?.value, decision?.comment], [{ depth: 40, lanes: [1, 2] }, "as agreed"]);
});

test("a form edits the value of an approval; left with Ctrl-D it sends nothing", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  const left = ligase.startOnTerminal(["answer", id, "table"]);
  await readUntil(left.stdout, /keep or change or remove[^]*> $/);
  left.stdin.write("\u0004");
  assert.match((await ending(left)).out, /Nothing was sent/);
  const running = ligase.startOnTerminal(["answer", id, "table"]);
  await readUntil(running.stdout, /keep or change or remove[^]*> $/);
  running.stdin.write("change\r\rn\r\ryes\r");
  assert.equal((await ending(running)).code, 0);
  const [table] = await withEngine((engine) =>
    engine.inspect.gates(id).filter(({ name }) => name === "table"),
  );
  assert.deepEqual(
    [table?.decision?.outcome, table?.decision?.value],
    ["approved", [{ id: "a", keep: false }]],
  );
});

test("without a terminal the form names --value, which sends the value at once", async (t) => {
  const { ligase, id } = await waitingRun(t, { "flow.ts": FLOW, "plan.json": '{ "lanes": [3, 4] }' });
  const asked = await ligase.run("answer", id, "plan");
  assert.equal(asked.code, 2);
  assert.match(asked.err, /--value JSON, or --value @FILE/);
  assert.match((await ligase.run("answer", id, "look")).err, /ligase approve RUN look/);
  const wrong = await ligase.run("answer", id, "plan", "--value", '{ "lanes": ["x"] }', "-m", "why not");
  assert.match(wrong.err, /\.?lanes\[0\]/);
  const sent = await ligase.run("answer", id, "plan", "--value", "@plan.json", "-m", "why not");
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.out, /✓ flow\/plan answered/);
});

test("the form of a review asks in the order of its type, and approves with what is filled in", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  assert.match((await ligase.run("approve", id, "judge")).err, /judge/);
  const running = ligase.startOnTerminal(["answer", id, "judge"]);
  await readUntil(running.stdout, /verdict[^]*> $/);
  running.stdin.write("drop\r");
  await readUntil(running.stdout, /because[^]*> $/);
  running.stdin.write("too shallow\ryes\r");
  assert.equal((await ending(running)).code, 0);
  const gates = await withEngine((engine) => engine.inspect.gates(id));
  const decision = gates.find(({ name }) => name === "judge")?.decision;
  assert.deepEqual(
    [decision?.outcome, decision?.value],
    ["approved", { verdict: "drop", because: "too shallow" }],
  );
});
