import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { findTask } from "@ligase/sdk/internal";
import {
  contractWorkflow,
  FunctionRig,
  testFunctionExecutor,
} from "../../../testkit/src/function-executor-contract.ts";
import { loadWorkflowFile } from "../load.ts";
import { createInlineExecutor } from "./inline.ts";

await loadWorkflowFile(contractWorkflow);

const tasks = (name: string) => {
  const definition = findTask(name);
  return definition?.kind === "task" ? definition : undefined;
};

testFunctionExecutor("inline", (setup) => createInlineExecutor({ ...setup, name: "inline", tasks }));

test("the loop gets its turns while many inline jobs wait", async () => {
  const accept = (value: unknown) => ({ ok: true as const, value });
  const spin = { name: "spin", refineInput: accept, checkOutput: accept, run: () => spinFor(1) };
  const rig = new FunctionRig((setup) =>
    createInlineExecutor({ ...setup, name: "inline", tasks: () => spin }),
  );
  const ids = rig.submitMany(50, () => ({ task: "spin", args: "{}" }));
  await nextTurn();
  assert.deepEqual(rig.kinds(ids.at(-1) ?? ""), [], "the last job has not begun");
  for (const id of ids) await rig.ended(id);
  await rig.close();
});

test("a chain of jobs, each submitted when the one before it ended, leaves the loop its turns", async () => {
  const accept = (value: unknown) => ({ ok: true as const, value });
  const step = { name: "step", refineInput: accept, checkOutput: accept, run: () => null };
  const rig = new FunctionRig(({ files, listener }) => {
    const executor = createInlineExecutor({
      name: "inline",
      files,
      tasks: () => step,
      listener: (events) => {
        listener(events);
        if (!isOver) rig.submit({ task: "step", args: "{}" });
      },
    });
    return executor;
  });
  let isOver = false;
  rig.submit({ task: "step", args: "{}" });
  await nextTurn();
  isOver = true;
  await rig.close();
});

function spinFor(durationMs: number): void {
  for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
}
