import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { LigaseError } from "../errors/ligase-error.ts";
import { lazy } from "../graph/lazy.ts";
import { valueNode } from "../graph/node.ts";
import { File, isFile } from "../values/file.ts";
import { decode } from "../values/codec.ts";
import type { JobError, Outcome } from "./job.ts";
import { puppetAttempt, puppetTask } from "./puppet-attempt.ts";
import { runJob } from "./run-job.ts";
import type { RunnableTask } from "./task-table.ts";

async function run(task: RunnableTask, argsText = "{}", attempt = puppetAttempt()): Promise<Outcome> {
  return runJob(task, { argsText, context: attempt.context });
}

async function valueOf(body: RunnableTask["run"], argsText?: string): Promise<unknown> {
  const outcome = await run(puppetTask(body), argsText);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  assert.equal(outcome.result.kind, "value");
  return outcome.result.kind === "value" ? decode(outcome.result.text) : undefined;
}

async function errorOf(body: RunnableTask["run"], more: Partial<RunnableTask> = {}): Promise<JobError> {
  const outcome = await run(puppetTask(body, more));
  assert.ok(!outcome.ok);
  return outcome.error;
}

suite("what a body gives back", () => {
  test("a body that returns at once has its outcome at once, without a promise", () => {
    const outcome = runJob(
      puppetTask(() => ({ n: 1 })),
      { argsText: "{}", context: puppetAttempt().context },
    );
    assert.ok(!(outcome instanceof Promise));
    assert.deepEqual(outcome.ok && outcome.result, { kind: "value", text: '{"n":1}' });
  });

  test("the value of an async body is awaited", async () => {
    assert.equal(await valueOf(async () => "late"), "late");
  });

  test("what only looks like a promise is awaited too, though its then keeps nothing", async () => {
    const body = (): unknown => ({ then: (resolve: (value: unknown) => void) => resolve("late") });
    assert.equal(await valueOf(body), "late");
  });

  test("returning nothing gives null", async () => {
    assert.equal(await valueOf(() => undefined), null);
  });

  test("a body may change its arguments without harm to the next attempt", async () => {
    const body = (args: { list: number[] }): number => args.list.push(4);
    assert.equal(await valueOf(body as never, '{"list":[1,2,3]}'), 4);
    assert.equal(await valueOf(body as never, '{"list":[1,2,3]}'), 4);
  });

  test("a lazy value anywhere in the result makes it an expression", () => {
    const body = (): unknown => ({ known: 1, later: [lazy(valueNode("x"))] });
    const outcome = runJob(puppetTask(body), { argsText: "{}", context: puppetAttempt().context });
    assert.ok(!(outcome instanceof Promise) && outcome.ok && outcome.result.kind === "expression");
    assert.equal(outcome.result.template.params, 0);
    assert.equal(outcome.result.template.nodes[outcome.result.template.result]?.op, "record");
  });

  test("an async body may return a lazy value: it is not taken for a promise", async () => {
    const outcome = await run(puppetTask(async () => lazy(valueNode("x"))));
    assert.ok(outcome.ok && outcome.result.kind === "expression");
  });

  test("a file in the result gets its digest, however deep it stands", async () => {
    const value = await valueOf((_: never, ctx) => {
      writeFileSync(join(ctx.folder, "a.txt"), "content");
      return {
        list: [{ file: ctx.file("a.txt") }],
        map: new Map([["k", File.at(join(ctx.folder, "a.txt"))]]),
      };
    });
    const { list, map } = value as { list: { file: File }[]; map: Map<string, File> };
    assert.equal(list[0]?.file.digest, "sha256:00");
    assert.ok(isFile(map.get("k")) && map.get("k")?.digest === "sha256:00");
  });

  test("the usage tells wall time", async () => {
    const outcome = await run(puppetTask(() => 1));
    assert.ok(outcome.usage.wallMs >= 0 && outcome.usage.wallMs < 60_000);
  });
});

suite("what is refused", () => {
  test("a refinement that fails keeps the body from running", async () => {
    let ran = false;
    const issues = [{ path: ["n"], message: "must be even", expected: "even", found: "odd" }];
    const error = await errorOf(() => (ran = true), { refineInput: () => ({ ok: false, issues }) });
    assert.equal(error.code, "type-mismatch");
    assert.match(error.message, /The input of "puppet".*\n.*must be even/);
    assert.equal(ran, false);
  });

  test("a result that does not fit the declared output is the task's failure", async () => {
    const issues = [{ path: ["bam"], message: "expected a file", expected: "a file", found: "3" }];
    const error = await errorOf(() => 3, { checkOutput: () => ({ ok: false, issues }) });
    assert.deepEqual([error.kind, error.code], ["user", "type-mismatch"]);
    assert.match(error.message, /bam: expected a file/);
  });

  test("a result that holds itself is an error and no hang", async () => {
    const knot: { self?: unknown } = {};
    knot.self = knot;
    assert.equal((await errorOf(() => knot)).code, "value-too-deep");
  });

  test("a result that cannot be stored names the place", async () => {
    const error = await errorOf(() => ({ a: [new WeakMap()] }));
    assert.equal(error.code, "value-not-encodable");
    assert.match(error.message, /\.a\[0\]/);
  });

  test("a result above 64 MiB is refused", async () => {
    assert.equal((await errorOf(() => "x".repeat(64 * 2 ** 20))).code, "value-too-large");
  });

  test("arguments that are not canonical text fail the job and throw nothing", async () => {
    const outcome = await run(
      puppetTask(() => 1),
      "{broken",
    );
    assert.equal(!outcome.ok && outcome.error.code, "value-not-decodable");
  });
});

suite("what a body throws", () => {
  test("an error is the user's, with its stack and those of its causes", async () => {
    const error = await errorOf(() => {
      throw new TypeError("outer", { cause: new Error("inner", { cause: "root" }) });
    });
    assert.deepEqual(
      [error.kind, error.name, error.message, error.task],
      ["user", "TypeError", "outer", "puppet"],
    );
    assert.match(
      error.stack ?? "",
      /TypeError: outer[^]*run-job\.test\.ts[^]*Caused by: Error: inner[^]*Caused by: root/,
    );
  });

  test("a cause that leads back to itself is told once", async () => {
    const error = await errorOf(() => {
      const knot = new Error("knot");
      knot.cause = knot;
      throw knot;
    });
    assert.equal(error.stack?.match(/Error: knot/g)?.length, 1);
  });

  test("an error of Ligase keeps its code and remedy", async () => {
    const thrown = new LigaseError("value-too-deep", { limit: 3 });
    const error = await errorOf(() => Promise.reject(thrown));
    assert.deepEqual([error.code, error.remedy], ["value-too-deep", thrown.remedy]);
  });

  test("using a lazy value as a known one is misuse", async () => {
    const error = await errorOf(() => (lazy(valueNode("x")) as unknown as number) + 1);
    assert.deepEqual([error.kind, error.code], ["misuse", "lazy-value-used"]);
  });

  test("details of an error travel with it", async () => {
    const error = await errorOf(() => {
      throw Object.assign(new Error("bad sample"), { details: { sample: "S1" } });
    });
    assert.deepEqual(error.details, { sample: "S1" });
  });

  for (const [what, thrown, message] of [
    ["text", "plain words", "plain words"],
    ["nothing", undefined, "The task threw nothing (undefined)."],
    ["a record", { code: 3 }, 'The task threw {"code":3}.'],
    ["an object like an error", { message: "almost" }, "almost"],
  ] as const) {
    test(`${what} that is thrown becomes an error`, async () => {
      assert.equal((await errorOf(() => Promise.reject(thrown))).message, message);
    });
  }

  test("a thrown object that cannot be read is an error all the same", async () => {
    const hostile = new Proxy(
      {},
      { has: () => true, get: () => assert.fail("read"), getPrototypeOf: () => assert.fail("asked") },
    );
    const error = await errorOf(() => {
      throw hostile;
    });
    assert.equal(error.kind, "user");
  });
});

suite("a job that is asked to end", () => {
  test("ends as cancelled, although its body returns a part of the result", async () => {
    const attempt = puppetAttempt();
    const { promise, resolve } = Promise.withResolvers<void>();
    const task = puppetTask(async (_: never, ctx) => {
      resolve();
      await once(ctx.abortSignal, "abort");
      return "half";
    });
    const outcome = run(task, "{}", attempt);
    await promise;
    attempt.context.abort("cancelled", 1000);
    const ended = await outcome;
    assert.deepEqual(!ended.ok && [ended.error.kind, ended.error.code], ["cancelled", "task-cancelled"]);
  });

  test("ends as a resource failure when its time was up, whatever it throws", async () => {
    const attempt = puppetAttempt({ timeoutMs: 250 });
    const task = puppetTask(async (_: never, ctx) => {
      attempt.context.abort("timed-out", 1000);
      ctx.abortSignal.throwIfAborted();
    });
    const ended = await run(task, "{}", attempt);
    assert.deepEqual(!ended.ok && [ended.error.kind, ended.error.code], ["resource", "task-timed-out"]);
    assert.match(!ended.ok ? ended.error.message : "", /250 ms/);
  });

  test("sees the abort when it asks for the signal only afterwards", () => {
    const { context } = puppetAttempt();
    context.abort("cancelled", 1000);
    assert.equal(context.abortSignal.aborted, true);
    assert.equal((context.abortSignal.reason as DOMException).name, "AbortError");
  });
});
