import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandLine } from "../testing/command-line.ts";

const FLOW = `import { task, z } from "ligase";
export const one = task({ name: "one", input: { n: z.int() }, output: z.int(), light: true }, ({ n }) => n);
`;

test("`runs` lists by tag, person, time and page, and refuses what is no time", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  await ligase.run("run", "flow.ts", "one", "--tag", "lab=a", "--n", "1");
  await ligase.run("run", "flow.ts", "one", "--tag", "lab=b", "--n", "2");
  const listed = async (...args: readonly string[]): Promise<readonly { id: string; tags: unknown }[]> =>
    JSON.parse((await ligase.run("runs", "--json", ...args)).out) as { id: string; tags: unknown }[];
  const all = await listed();
  assert.equal(all.length, 2);
  assert.deepEqual(
    (await listed("--tag", "lab=a")).map(({ tags }) => tags),
    [{ lab: "a" }],
  );
  assert.deepEqual(await listed("--user", "nobody at all"), []);
  assert.deepEqual(await listed("--before", all[0]?.id ?? ""), [all[1]]);
  assert.deepEqual(await listed("--since", "2100-01-01"), []);
  assert.deepEqual(await listed("--until", "2100-01-01"), all);
  const wrong = await ligase.run("runs", "--since", "yesterday");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /--since cannot be "yesterday": expected a time/);
});
