import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "acorn";
import plugin from "./no-lazy-condition.ts";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The code that the rule reports, as text. */
function reported(code: string): readonly string[] {
  const source = `import { add, and, cond, catchError, eq, map, reduce, script, sh, task, workflow, when } from "ligase";\n${code}`;
  const found: string[] = [];
  const context = {
    report: ({ node }: { readonly node: Node }) => found.push(source.slice(node.start, node.end)),
  };
  const visitors = plugin.rules["no-lazy-condition"].create(context) as unknown as Readonly<
    Record<string, (node: Node) => void>
  >;
  visit(parse(source, { ecmaVersion: "latest", sourceType: "module" }), visitors);
  return found;
}

function visit(node: Node, visitors: Readonly<Record<string, (node: Node) => void>>): void {
  visitors[node.type]?.(node);
  for (const part of Object.values(node).flat() as unknown[]) {
    if (typeof part === "object" && part !== null && "type" in part) visit(part as Node, visitors);
  }
}

const wrong: Readonly<Record<string, readonly [code: string, ...reported: readonly string[]]>> = {
  "a parameter in if": ["workflow({}, ({ flag }) => { if (flag) return 1; return 2; });", "flag"],
  "a field in a ternary": ["workflow({}, (args) => (args.sample.paired ? 1 : 2));", "args.sample.paired"],
  "an operand of && and ||": ["workflow({}, ({ a, b }) => [a && 1, b.x || 2, a ?? b]);", "a", "b.x", "a"],
  "a negation": ["workflow({}, ({ a }) => !a);", "a"],
  "a comparison by an operator": ["workflow({}, ({ a }) => (eq(a, 1) ? 1 : 2));", "eq(a, 1)"],
  "the result of a call": [
    "workflow({}, ({ a }) => { const made = run({ x: a }); return made.ok ? 1 : 2; });",
    "made.ok",
  ],
  "destructured results": ["workflow({}, ({ a }) => { const { ok } = run({ x: a }); while (ok) {} });", "ok"],
  "an item of map": ["map(list, (item) => (item.paired ? 1 : 2));", "item.paired"],
  "an outer value in an inner closure": [
    "workflow({}, ({ a, list }) => map(list, (item) => (a ? item : 1)));",
    "a",
  ],
  "a handler's error": ["catchError(() => 1, { user: (error) => error.code && 1 });", "error.code"],
  "an argument of a command": ["script({ command: ({ paired }) => (paired ? sh`a` : sh`b`) });", "paired"],
  "an argument of resources": [
    "task({ resources: ({ big }) => ({ cpu: big ? 4 : 1 }) }, ({ big }) => (big ? 1 : 2));",
    "big",
  ],
};

for (const [what, [code, ...expected]] of Object.entries(wrong)) {
  test(`${what} is reported`, () => assert.deepEqual(reported(code), expected));
}

const right: Readonly<Record<string, string>> = {
  "a task's body": "task({}, ({ a }) => (a ? 1 : 2));",
  "cond and when": "workflow({}, ({ a }) => cond(a, () => 1, () => when(a, sh`x`)));",
  "a value of the host": "const fast = true; workflow({}, ({ a }) => (fast ? run({ a }) : a));",
  "a method of an array": "[1].map((item) => (item ? 1 : 2));",
  "a name that a function takes anew": "workflow({}, ({ a }) => [1, 2].filter((a) => a && 1).concat(a));",
};

for (const [what, code] of Object.entries(right)) {
  test(`${what} is not reported`, () => assert.deepEqual(reported(code), []));
}

test("a function of another package with the same name is not Ligase's", () => {
  const found: unknown[] = [];
  const visitors = plugin.rules["no-lazy-condition"].create({
    report: (one: unknown) => found.push(one),
  }) as unknown as Readonly<Record<string, (node: Node) => void>>;
  visit(
    parse(`import { map } from "other"; map(list, (item) => item && 1);`, {
      ecmaVersion: "latest",
      sourceType: "module",
    }),
    visitors,
  );
  assert.deepEqual(found, []);
});
