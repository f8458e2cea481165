import assert from "node:assert/strict";
import { test } from "node:test";
import { openEngine } from "@ligase/engine";
import { Project } from "../../testkit/src/project.ts";

/* The form of a gate asks for the fields in the order of its schema, wherever the gate comes from. */

const FIELDS = ["zone", "patient", "mass", "age"];

const flow = (options: string): string => `
import { task, waitForInput, workflow, z } from "ligase";
import { ran } from "./ran.ts";
const form = z.object({ ${FIELDS.map((name) => `${name}: z.string()`).join(", ")} });
const ask = task({ name: "ask", input: { x: z.number() }${options} }, ({ x }) => {
  ran("ask");
  return waitForInput(form, { name: "about", question: String(x) });
});
export const top = workflow({ name: "top", input: { x: z.number() } }, ({ x }) => ask({ x }));
`;

for (const [where, options] of [
  ["a process of its own", ""],
  ["the engine's process", ", light: true"],
] as const) {
  test(`a gate that a body in ${where} returns, and one that a later run makes of what is kept of it`, async (t) => {
    const project = Project.make(t, { "flow.ts": flow(options) });
    for (const executed of [["ask"], []]) {
      const { run, status } = await project.run("top", { x: 1 }, { leaveAtGate: true });
      assert.equal(status, "waiting");
      assert.deepEqual(project.executed(), executed);
      assert.deepEqual(await fieldsAsked(project, run), FIELDS);
    }
  });
}

async function fieldsAsked(project: Project, run: string): Promise<readonly string[]> {
  const engine = openEngine({ root: project.root });
  try {
    const [gate] = engine.inspect.gates(run);
    return gate?.schema?.kind === "record" ? Object.keys(gate.schema.fields) : [];
  } finally {
    await engine.close();
  }
}
