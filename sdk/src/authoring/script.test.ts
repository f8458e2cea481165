import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { isLigaseError } from "../errors/ligase-error.ts";
import { compileExpression } from "../graph/compile.ts";
import { nodeOf } from "../graph/lazy.ts";
import { encode } from "../values/codec.ts";
import { File } from "../values/file.ts";
import { asset } from "./asset.ts";
import type { ScriptDefinition, TaskDefinition } from "./definition.ts";
import { format, mul } from "./operators.ts";
import { out } from "./output.ts";
import { allTasks, requireTask } from "./registry.ts";
import type { RenderedScript } from "./rendered-script.ts";
import { script } from "./script.ts";
import { shell, type ShellOptions } from "./shell-expression.ts";
import { sh } from "./shell.ts";
import { task } from "./task.ts";

function shellArguments(expression: unknown): { name: string; args: unknown; placement: unknown } {
  const template = compileExpression(expression);
  const call = template.nodes[template.result];
  assert.ok(call?.op === "call");
  const args = template.nodes[call.args];
  assert.ok(args?.op === "value");
  return { name: call.name, args: args.value, placement: call.placement };
}

function rendered(expression: unknown): RenderedScript {
  const { name, args } = shellArguments(expression);
  const bound = requireTask(name).checkInput(args);
  assert.ok(bound.ok);
  return (requireTask(name) as ScriptDefinition).render(bound.value);
}

test("a command that cannot be traced is a function whose expression holds the rendered text", () => {
  script({
    name: "script-in-host",
    input: { names: z.array(z.string()), loud: z.boolean() },
    env: { LANG: "C" },
    resources: { cpu: 2 },
    retries: 3,
    output: { all: out.file("all.txt") },
    command: ({ names, loud }, o) => {
      const list = (names as unknown as string[]).map((name) =>
        (loud as unknown as boolean) ? name.toUpperCase() : name,
      );
      return sh`echo ${list.join("+")} > ${o.all}`;
    },
  });
  const definition = requireTask("script-in-host");
  assert.equal(definition.kind, "task");
  assert.equal(definition.options.retries, undefined, "the function only renders: retries are the script's");
  const expression = definition.run({ names: ["a", "b"], loud: true } as never, null as never);
  const { command, env } = rendered(expression);
  assert.equal(command, "echo A+B > all.txt");
  assert.deepEqual(env, { LANG: "C" });
  assert.deepEqual(definition.scriptOptions, { resources: { cpu: 2 }, retries: 3 });
});

test("a command that can be traced is a script, whose kind nobody asked for when it was defined", () => {
  let traced = 0;
  script({
    name: "script-lazy-trace",
    input: { a: z.string() },
    output: out.stdout(),
    command: ({ a }) => (traced++, sh`echo ${a}`),
  });
  assert.equal(traced, 0);
  assert.equal(requireTask("script-lazy-trace").kind, "script");
  assert.equal(requireTask("script-lazy-trace").kind, "script");
  assert.equal(traced, 1);
});

test("a wrong field in a command is an error and no reason to run it elsewhere", () => {
  script({
    name: "script-typo",
    input: { reads: z.object({ r1: z.string() }) },
    output: out.stdout(),
    command: ({ reads }) => sh`x ${(reads as never as { r2: string }).r2}`,
  });
  assert.throws(
    () => requireTask("script-typo").kind,
    (error) => isLigaseError(error, "unknown-field") && error.message.includes('"r2"'),
  );
});

test("a command that is no command, or calls a task, is an error", () => {
  script({ name: "script-no-command", output: out.stdout(), command: () => "echo" as never });
  assert.throws(() => requireTask("script-no-command").kind, { code: "command-not-traceable" });
  const inner = task({ name: "script-inner", output: z.string() }, () => "x");
  script({ name: "script-calls", output: out.stdout(), command: () => sh`echo ${inner({})}` });
  assert.throws(() => requireTask("script-calls").kind, /calls a task/);
});

test("a shell expression renders with known values in place", () => {
  const expression = shell({
    input: { files: [new File({ digest: "sha256:1", size: 1, name: "a b.txt", uri: "file:///a" })] },
    command: ({ files }, o) => sh`cat ${files} > ${o.all}`,
    output: { all: out.file("all.txt", { publish: "to/" }) },
    env: { A: "1" },
    secrets: { TOKEN: "token" },
  });
  const { command, inputs, publish, env, secrets } = rendered(expression);
  assert.equal(command, "cat 'inputs/1/a b.txt' > all.txt");
  assert.deepEqual(
    [inputs.length, publish, env, secrets],
    [1, { all: "to/" }, { A: "1" }, { TOKEN: "token" }],
  );
});

test("a shell expression knows the type of its value", () => {
  const value = shell({ command: sh`true`, output: { n: out.json(z.object({ count: z.number() })) } });
  assert.deepEqual(nodeOf(value.n.count).type, { kind: "number" });
  assert.throws(() => (value as unknown as { m: unknown }).m, { code: "unknown-field" });
});

const base = { command: sh`echo ${"a"}`, output: out.stdout() } as const;
type Changed = Partial<ShellOptions<unknown, typeof base.output>>;
const keyOf = (changed: Changed): string => {
  const { name, args } = shellArguments(shell({ ...base, ...changed }));
  return name + encode(args);
};

const changing: Readonly<Record<string, Changed>> = {
  command: { command: sh`echo ${"b"}` },
  env: { env: { A: "1" } },
  image: { image: "lab/bwa:1" },
  secrets: { secrets: { A: "a" } },
  cache: { cache: false },
};
for (const [option, changed] of Object.entries(changing)) {
  test(`the ${option} of a shell expression is part of its key`, () =>
    assert.notEqual(keyOf(changed), keyOf({})));
}

test("placement of a shell expression is not part of its key", () => {
  assert.equal(keyOf({ resources: { cpu: 8 }, retries: 2, labels: { a: "b" }, name: "other" }), keyOf({}));
});

test("a wrong option of a shell expression is an error", () => {
  assert.throws(
    () => shell({ ...base, timeuot: "2h" } as never),
    (error) => isLigaseError(error, "option-unknown") && error.message.includes('"timeuot"'),
  );
  assert.throws(() => shell({ ...base, resources: (() => ({})) as never }), { code: "option-not-valid" });
});

test("resources as a function of the arguments and the attempt before are traced into a template", () => {
  script({
    name: "script-resources",
    input: { size: z.number() },
    output: out.stdout(),
    resources: ({ size }, previous) => ({ cpu: 2, memory: mul(size, previous.attempt) }),
    command: () => sh`true`,
  });
  const { resources } = requireTask("script-resources").options;
  assert.ok(resources !== undefined && "templates" in resources);
});

test("resources that cannot be traced are an error with a place", () => {
  const inner = task({ name: "resources-inner", output: z.number() }, () => 1);
  const declare = (name: string, resources: unknown): TaskDefinition =>
    requireTask(task({ name, resources: resources as never }, () => 1).taskName);
  assert.throws(
    () => declare("resources-call", () => ({ memory: inner({}) })),
    (error) => isLigaseError(error, "resources-not-traceable") && /script\.test\.ts/.test(error.message),
  );
  assert.throws(() => declare("resources-typo", () => ({ mem: 1 })), /"mem"/);
  assert.throws(() => declare("resources-none", () => 1), { code: "resources-not-traceable" });
});

test("an asset is a file beside the code that is known by its content", () => {
  const own = asset("./script.test.ts");
  assert.equal(own.path, import.meta.filename);
  assert.match(own.digest ?? "", /^sha256:[0-9a-f]{64}$/);
  assert.ok(own.size > 1_000);
  assert.throws(
    () => asset("./missing.py"),
    (error) =>
      isLigaseError(error, "asset-not-found") && /missing\.py.*script\.test\.ts:\d+/s.test(error.message),
  );
});

test("Ligase's own tasks are not among the user's, and their names cannot be taken", () => {
  assert.ok(allTasks().every((definition) => !definition.name.startsWith("ligase.")));
  assert.throws(() => task({ name: "ligase.shell" }, () => 1), { code: "task-name-not-valid" });
});

test("an output whose path is made of inputs is traced", () => {
  const made = script({
    name: "script-path",
    input: { id: z.string() },
    output: ({ id }) => out.file(format`${id}.bam`),
    command: (_args, path) => sh`touch ${path}`,
  });
  assert.equal(typeof made, "function");
  assert.equal((requireTask("script-path") as ScriptDefinition).render({ id: "s" }).command, "touch s.bam");
});
