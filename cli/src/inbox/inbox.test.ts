import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { approve, file, review, sleep, waitForInput, workflow, z } from "ligase";
export const flow = workflow({ name: "flow", input: { page: file() } }, ({ page }) => [
  waitForInput(z.int(), { name: "lanes" }),
  approve(1, { name: "later", timeout: "3h", notLauncher: true }),
  review("x", { name: "soon", question: "Good enough?", timeout: "1h", show: [page], quorum: 2, decidedBy: { users: ["ana"], roles: ["approver"] } }),
  sleep("1h"),
]);
`;

test("the inbox lists what waits for people, the nearest deadline first, with who may decide and the votes", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(
    t,
    { "flow.ts": FLOW, "page.html": "<p>" },
    "--page",
    "page.html",
  );
  await withEngine((engine) => engine.decide({ run: id, gate: "soon", outcome: "approved", by: "ana" }));
  const { out } = await ligase.run("inbox");
  const [, soon = "", ...rest] = out.split("\n");
  assert.match(
    soon,
    new RegExp(`^soon +${id.slice(0, 13)} +flow +review +just now +in 59m \\d\\ds +1 of 2$`),
  );
  assert.deepEqual(rest.slice(0, 3), [
    "  Good enough?",
    "  to be decided by ana or an approver",
    "  shows page.html",
  ]);
  assert.match(rest[3] ?? "", /^later /);
  assert.match(rest[4] ?? "", /to be decided not by \S+, who launched it$/);
  assert.match(rest[5] ?? "", /^lanes .* input +just now$/);
  assert.doesNotMatch(out, /sleep/);

  const items = JSON.parse((await ligase.run("inbox", "--json")).out) as readonly Record<string, unknown>[];
  assert.deepEqual(
    items.map(({ name, quorum, evidence }) => [name, quorum, evidence]),
    [
      ["soon", 2, ["page.html"]],
      ["later", 1, []],
      ["lanes", 1, []],
    ],
  );
  assert.match(String(items[0]?.["contentHash"]), /^1:/);
});

test("an empty inbox says so", async (t) => {
  const { ligase } = await waitingRun(t, {
    "flow.ts":
      'import { workflow } from "ligase";\nexport const flow = workflow({ name: "flow" }, () => 1);\n',
  });
  assert.equal((await ligase.run("inbox")).out, "No gate waits for a decision.\n");
  assert.equal((await ligase.run("inbox", "--json")).out, "[]\n");
});
