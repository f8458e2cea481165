import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FunctionRig } from "../../../../testkit/src/function-executor-contract.ts";
import { Project } from "../../../../testkit/src/project.ts";
import { createProcessExecutor } from "./process-executor.ts";

/* C22: children of a pool compute with one code. */

const FLOW = `
import { appendFileSync, existsSync } from "node:fs";
import { task, z } from "ligase";
import { factor } from "./factor.ts";
appendFileSync("$LOG", "imported\\n");
const io = { input: { x: z.number() }, output: z.number() };
export const multiply = task({ name: "multiply", ...io }, ({ x }) => x * factor);
export const holds = task({ name: "holds", ...io }, ({ x }) => {
  appendFileSync("$LOG", "holds\\n");
  while (!existsSync("$LOG.stop"));
  return x * factor;
});
export const dies = task({ name: "dies", ...io }, () => process.exit(1));
export const later = task({ name: "later", ...io }, async ({ x }) => {
  const { more } = await import("./more.ts").catch(() => ({ more: 0 }));
  return x * more;
});
`;

const factor = (value: number): string => `export const factor = ${value};`;
const more = (value: number): string => `export const more = ${value};`;
const args = JSON.stringify({ x: 5 });

function pool(t: TestContext, size: number): { project: Project; rig: FunctionRig } {
  const project = Project.make(t, { "flow.ts": FLOW, "factor.ts": factor(2), "more.ts": more(2) });
  const entry = project.path("flow.ts");
  const rig = new FunctionRig((setup) => createProcessExecutor({ ...setup, name: "process", entry, size }));
  t.after(() => rig.close());
  return { project, rig };
}

void suite("C22: when a file was edited", () => {
  test("children that have the code go on, and those that would have other code compute nothing", async (t) => {
    const { project, rig } = pool(t, 2);
    const [held] = rig.submit({ task: "holds", args });
    await until(() => lines(project).includes("holds"));
    project.write({ "factor.ts": factor(100) });
    const [other] = rig.submit({ task: "multiply", args });
    await until(() => lines(project).filter((line) => line === "imported").length > 1);
    writeFileSync(`${project.log}.stop`, "");
    assert.deepEqual([await rig.value(held), await rig.value(other)], [10, 10]);
  });

  test("jobs fail when no child has the code any more, and run when the file is as it was", async (t) => {
    const { project, rig } = pool(t, 1);
    assert.equal(await rig.value(...rig.submit({ task: "multiply", args })), 10);
    project.write({ "factor.ts": factor(100) });
    assert.equal((await rig.error(...rig.submit({ task: "dies", args }))).code, "process-exited");
    const { kind, code, task, message } = await rig.error(...rig.submit({ task: "multiply", args }));
    assert.deepEqual([kind, code, task], ["misuse", "code-edited", "multiply"]);
    assert.ok(message.includes(join(project.folder, "factor.ts")));
    project.write({ "factor.ts": factor(2) });
    assert.equal(await rig.value(...rig.submit({ task: "multiply", args })), 10);
  });

  test("a job that imports it fails, even where it would take the error for its own; the next is not hurt", async (t) => {
    const { project, rig } = pool(t, 1);
    assert.equal(await rig.value(...rig.submit({ task: "later", args })), 10);
    assert.equal((await rig.error(...rig.submit({ task: "dies", args }))).code, "process-exited");
    project.write({ "more.ts": more(100) });
    const [wrong, next] = rig.submit({ task: "later", args }, { task: "multiply", args });
    const { kind, code } = await rig.error(wrong);
    assert.deepEqual([kind, code], ["misuse", "code-edited"]);
    assert.equal(await rig.value(next), 10);
  });
});

const lines = (project: Project): readonly string[] =>
  existsSync(project.log) ? readFileSync(project.log, "utf8").split("\n") : [];

/** Turns of the loop until another process has done its part. */
async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await nextTurn();
}
