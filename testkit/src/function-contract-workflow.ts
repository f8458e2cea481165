import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { File, sh, task, z } from "@ligase/sdk";

/* The tasks of the contract suite for executors of functions. They meet the suite in files of a folder given to them. */

const place = { folder: z.string() };

export const double = task(
  { name: "contract-double", input: { n: z.number() }, output: z.number() },
  ({ n }) => n * 2,
);

export const later = task({ name: "contract-later", input: { n: z.number() } }, async ({ n }) => {
  await nextTurn();
  return { n, at: new Date(n), missing: undefined };
});

export const nested = task({ name: "contract-nested", input: { n: z.number() } }, ({ n }) => ({
  at: new Date(0),
  sum: double({ n }),
}));

export const mutates = task({ name: "contract-mutates", input: { list: z.array(z.number()) } }, ({ list }) =>
  list.push(0),
);

export const fails = task(
  { name: "contract-fails", input: { how: z.string() }, output: z.number() },
  async ({ how }) => {
    if (how === "throw") throw new RangeError("outer", { cause: new Error("inner") });
    if (how === "secret") throw new Error("refused: hidden-value", { cause: "hidden-value" });
    return "no number" as unknown as number;
  },
);

/** Waits until it is aborted, and says so; then ends in the way it is told. */
export const untilAborted = task(
  { name: "contract-until-aborted", input: { ...place, next: z.string() } },
  async ({ folder, next }, ctx) => {
    const aborted = once(ctx.abortSignal, "abort");
    writeFileSync(join(folder, `${next}.waits`), "");
    await aborted;
    if (next === "throw") throw new Error("because of the abort");
    if (next === "hang") await new Promise(() => {});
    return "a part of the result";
  },
);

export const reports = task({ name: "contract-reports", input: {} }, async (_, ctx) => {
  const saved = ctx.checkpoint.load();
  ctx.progress(0.25, "a quarter");
  await ctx.checkpoint.save({ steps: 3 });
  ctx.progress(1);
  return { saved, attempt: ctx.attempt, env: ctx.env["LEVEL"] };
});

export const evidence = task({ name: "contract-evidence", input: {} }, (_, ctx) => {
  ctx.log.info(`reading with ${ctx.secrets.get("TOKEN")}`);
  ctx.deck("report").markdown("# Result\n\n*good*");
  writeFileSync(join(ctx.folder, "out.txt"), "content");
  return { file: ctx.file("out.txt"), other: File.at(join(ctx.folder, "out.txt")) };
});

export const tool = task({ name: "contract-tool", input: { text: z.string() } }, async ({ text }, ctx) => {
  await ctx.run(sh`printf %s ${text} > out.txt`);
  const { stdout } = await ctx.run(sh`cat ${ctx.file("out.txt")}`);
  return { stdout, existed: existsSync(join(ctx.folder, "out.txt")) };
});
