import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Project } from "../../testkit/src/project.ts";

/*
 * R2 on whole projects: random programs of leaves, dynamic tasks and workflows that call what stands below them, in
 * different ways; one leaf after another is edited. The value is that of the edited program, and only the calls of the
 * edited leaf are executed.
 */

interface Unit {
  readonly kind: "leaf" | "dynamic" | "workflow";
  /** Units below that it calls, by a number, and how. */
  readonly calls: readonly {
    readonly to: number;
    readonly arg: "same" | "one" | "two";
    readonly way: "plain" | "map" | "catch" | "record" | "cond";
  }[];
}

const unit: fc.Arbitrary<Unit> = fc.record({
  kind: fc.constantFrom("leaf", "dynamic", "workflow", "dynamic", "workflow"),
  calls: fc.array(
    fc.record({
      to: fc.nat(20),
      arg: fc.constantFrom("same", "one", "two"),
      way: fc.constantFrom("plain", "map", "catch", "record", "cond"),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});
const program = fc.array(unit, { minLength: 6, maxLength: 10 });

const PROGRAMS = 8;
const EDITS = 3;
const SEED = 20_251_121;

/** The first two units are leaves, so that everything has something below it; the last is the top. */
const kindOf = (units: readonly Unit[], at: number): Unit["kind"] =>
  at < 2 ? "leaf" : at === units.length - 1 ? "workflow" : (units[at]?.kind ?? "leaf");
/** Near below, so that programs are deep and most leaves are reached in one way only. */
const below = (to: number, at: number): number => at - 1 - (to % Math.min(2, at));
const argOf = (arg: string, n: number): number => (arg === "same" ? n : arg === "one" ? 1 : 2);

function sourceOf(units: readonly Unit[], versions: readonly number[]): string {
  const definitions = units.map((one, at) => {
    const kind = kindOf(units, at);
    const head = `name: "u${at}", input: { n: z.number() }`;
    if (kind === "leaf")
      return `const u${at} = task({ ${head}, light: true }, ({ n }) => { ran("u${at} " + n); return ${at} * 1000 + ${versions[at]} * 10 + n; });`;
    const calls = one.calls.map((call) => callText(call, at));
    // One call alone is returned as it is: a tail call.
    const body = calls.length === 1 ? calls[0] : `[${calls.join(", ")}]`;
    if (kind === "dynamic")
      return `const u${at} = task({ ${head}, light: true }, ({ n }) => { ran("u${at} " + n); return ${body}; });`;
    return `export const u${at} = workflow({ ${head} }, ({ n }) => (${body}));`;
  });
  return `import { catchError, cond, eq, map, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n${definitions.join("\n")}\n`;
}

function callText({ to, arg, way }: Unit["calls"][number], at: number): string {
  const n = arg === "same" ? "n" : String(argOf(arg, 0));
  const call = (argument: string): string => `u${below(to, at)}({ n: ${argument} })`;
  switch (way) {
    case "plain":
      return call(n);
    case "map":
      return `map([${n}, 2], (i) => ${call("i")})`;
    case "catch":
      return `catchError(() => ${call(n)}, () => null)`;
    case "record":
      return `{ a: ${call(n)}, b: { c: ${call("1")} } }`;
    case "cond":
      return `cond(eq(${n}, 1), () => ${call("1")}, () => ${call("2")})`;
  }
}

/** What the program is worth, and which leaves it calls, told by a plain interpreter. */
function evaluate(
  units: readonly Unit[],
  versions: readonly number[],
  called: Set<string>,
): (at: number, n: number) => unknown {
  const evaluated = (at: number, n: number): unknown => {
    if (kindOf(units, at) === "leaf") {
      called.add(`u${at} ${n}`);
      return at * 1000 + (versions[at] ?? 0) * 10 + n;
    }
    const values = units[at]?.calls.map(({ to, arg, way }) => {
      const call = (argument: number): unknown => evaluated(below(to, at), argument);
      const given = argOf(arg, n);
      if (way === "map") return [call(given), call(2)];
      if (way === "record") return { a: call(given), b: { c: call(1) } };
      return way === "cond" ? call(given === 1 ? 1 : 2) : call(given);
    });
    return values?.length === 1 ? values[0] : values;
  };
  return evaluated;
}

test("R2: random programs, edited again and again, give the value of the edited program and execute only what was edited", async (t) => {
  for (const units of fc.sample(program, { numRuns: PROGRAMS, seed: SEED })) {
    const project = Project.make(t);
    const top = units.length - 1;
    let versions: readonly number[] = units.map(() => 0);
    let edited = "";
    for (let edit = 0; edit <= EDITS; edit++) {
      const source = sourceOf(units, versions);
      project.write({ "flow.ts": source });
      const called = new Set<string>();
      const expected = evaluate(units, versions, called)(top, 1);
      const { value, error } = await project.run(`u${top}`, { n: 1 });
      assert.deepEqual(value, expected, `after ${edit} edits: ${error?.message}\n${source}`);
      const executed = project.executed();
      if (edit > 0)
        assert.deepEqual(
          executed,
          [...called].filter((line) => line.startsWith(`${edited} `)).toSorted(),
          `after ${edit} edits\n${source}`,
        );
      edited = [...called].toSorted()[edit % called.size]?.split(" ")[0] ?? "u0";
      versions = versions.map((version, at) => (`u${at}` === edited ? version + 1 : version));
    }
  }
});
