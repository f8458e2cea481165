import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyFile, file, format, task, workflow, z } from "ligase";
import { type Random, randomFrom } from "../alignment/simulate/random.ts";
import type { Tube } from "./model.ts";

const tissues = ["blood", "saliva", "tumour"] as const;

/** The inventory as it is on one of two days: on Tuesday some was used, tubes came and went, and one entry is wrong. */
const makeSnapshot = task(
  {
    name: "make-snapshot",
    input: { day: z.enum(["monday", "tuesday"]), seed: z.int() },
    output: file(".tsv"),
  },
  async ({ day, seed }, ctx) => {
    const monday = tubesFrom(randomFrom(seed, "monday"), { first: 1, count: 24 });
    const tubes = day === "monday" ? monday : dayAfter(monday, randomFrom(seed, "tuesday"));
    await writeFile(join(ctx.folder, `${day}.tsv`), toTsv(tubes));
    return ctx.file(`${day}.tsv`);
  },
);

export const makeSnapshots = workflow(
  {
    name: "make-snapshots",
    description: "Makes example data: an inventory on two days that follow each other",
    input: { output: z.string().default("data"), seed: z.int().default(7) },
  },
  ({ output, seed }) => ({
    monday: copyFile(makeSnapshot({ day: "monday", seed }), format`${output}/`),
    tuesday: copyFile(makeSnapshot({ day: "tuesday", seed }), format`${output}/`),
  }),
);

function tubesFrom(random: Random, { first, count }: { first: number; count: number }): Tube[] {
  return Array.from({ length: count }, (_, index) => ({
    tube: `T${String(first + index).padStart(4, "0")}`,
    tissue: tissues[random.below(tissues.length)] ?? "blood",
    concentration: random.next() < 0.1 ? null : rounded(60 + 12 * random.bell()),
    volume: 200,
  }));
}

function dayAfter(before: readonly Tube[], random: Random): Tube[] {
  const used = before.map((tube) => (random.next() < 0.3 ? { ...tube, volume: 150 } : tube));
  const wrong = used.map((tube, index) =>
    index === 4 ? { ...tube, concentration: 10 * (tube.concentration ?? 60) } : tube,
  );
  return [...wrong.slice(2), ...tubesFrom(random, { first: 25, count: 3 })];
}

const toTsv = (tubes: readonly Tube[]): string =>
  [
    "tube\ttissue\tconcentration\tvolume",
    ...tubes.map(({ tube, tissue, concentration, volume }) =>
      [tube, tissue, concentration ?? "", volume].join("\t"),
    ),
    "",
  ].join("\n");

const rounded = (value: number): number => Math.round(value * 10) / 10;
