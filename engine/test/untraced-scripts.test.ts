import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Project, type Ran } from "../../testkit/src/project.ts";

/* Scripts whose command needs known values (C16): a function builds the text, and the script is a job below it. */

const flow = (call: string, resources = '{ cpu: 2, memory: "1 MiB" }'): string => `
import { length, out, script, sh, workflow, z } from "ligase";
const words = z.array(z.string());
const show = script({
  name: "show",
  input: { words },
  output: out.stdout(),
  resources: ${resources},
  command: ({ words }) => sh\`printf '%s %s %s' \${(words as unknown as string[]).join("+")} "$LIGASE_CPUS" "$LIGASE_MEMORY_MIB"\`,
});
const wait = script({
  name: "wait",
  input: { words },
  output: out.stdout(),
  command: ({ words }) => sh\`echo \${(words as unknown as string[]).join("+")}; exec sleep 1000\`,
});
void [length, show, wait];
export const one = workflow({ name: "one", input: { words } }, ({ words }) => ${call});
`;

const run = (t: TestContext, call: string, resources?: string): Promise<Ran> =>
  Project.make(t, { "flow.ts": flow(call, resources) }).run(
    "one",
    { words: ["a", "b", "c"] },
    { machine: { cpu: 8, memoryBytes: 8 * 2 ** 30 } },
  );

test("what such a script declares is what its command has", async (t) => {
  const { value, error } = await run(t, "show({ words })");
  assert.equal(value, "a+b+c 2 1", error?.message);
});

test("resources of one call are those of its command", async (t) => {
  const { value, error } = await run(t, 'show.with({ resources: { cpu: 4, memory: "3 MiB" } })({ words })');
  assert.equal(value, "a+b+c 4 3", error?.message);
});

test("resources that are computed, by declaration or for one call, are computed from the arguments of the script", async (t) => {
  const computed = "({ words }) => ({ cpu: length(words) })";
  assert.equal((await run(t, "show({ words })", computed)).value, "a+b+c 3 0");
  assert.equal((await run(t, `show.with({ resources: ${computed} })({ words })`)).value, "a+b+c 3 0");
});

test("the executor of one call is that of its command, and the function that builds the text runs where functions do", async (t) => {
  assert.equal((await run(t, 'show.with({ executor: "local" })({ words })')).value, "a+b+c 2 1");
  const { status, error } = await run(t, 'show.with({ executor: "nowhere" })({ words })');
  assert.deepEqual([status, error?.code], ["failed", "executor-not-found"]);
});

test("the time-out of one call is that of its command", async (t) => {
  const { status, error } = await run(t, 'wait.with({ timeout: "50ms" })({ words })');
  assert.deepEqual([status, error?.kind, error?.code], ["failed", "resource", "script-timed-out"]);
});
