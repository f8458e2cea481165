/**
 * Somatic variants from a sample sheet: lanes are aligned and grouped by sample, tumours are paired with the normals of
 * their patients, every pair is called interval by interval, and the calls are gathered back by patient. Each group
 * starts when its own members are ready; a sample that fails takes its patient with it and nobody else. The tools are
 * stand-ins of plain shell (`tasks.ts`): the shape of the pipeline is what this shows.
 *
 *     ligase run examples/somatic/workflow.ts somatic \
 *       --lanes examples/somatic/samples.csv --intervals examples/somatic/intervals.csv
 */
import { cond, cross, file, filter, groupBy, joinBy, map, pluck, settle, sheet, workflow, z } from "ligase";
import { align, callVariants, gather, mergeLanes } from "./tasks.ts";

/** A row of the sample sheet: one lane of one sample. Paths start at the sheet's own folder. */
const Lane = z.object({
  patient: z.string(),
  sample: z.string(),
  status: z.enum(["tumor", "normal"]),
  lane: z.string(),
  reads: file(".txt"),
});

const Interval = z.object({ chromosome: z.string(), from: z.int().min(1), to: z.int().min(1) });

export const somatic = workflow(
  {
    name: "somatic",
    description: "Pairs tumours with normals and calls the variants of every patient",
    input: {
      lanes: sheet(Lane).describe("One row per lane: patient, sample, status, lane, reads"),
      intervals: sheet(Interval).describe("Where to call: chromosome, from, to"),
      dropUnpaired: z.boolean().default(false).describe("Leave out who lacks a tumour or a normal"),
    },
  },
  ({ lanes, intervals, dropUnpaired }) => {
    const aligned = map(lanes, ({ patient, sample, status, reads }) => {
      return { patient, sample, status, alignment: align({ reads }) };
    });
    const samples = map(
      groupBy(aligned, ["patient", "sample", "status"]),
      ({ patient, sample, status, rows }) => {
        return { patient, status, alignment: mergeLanes({ sample, lanes: pluck(rows, "alignment") }) };
      },
    );

    const tumors = map(filter(samples, { status: "tumor" }), ({ patient, alignment }) => ({
      patient,
      tumor: alignment,
    }));
    const normals = map(filter(samples, { status: "normal" }), ({ patient, alignment }) => ({
      patient,
      normal: alignment,
    }));
    const pairs = cond(
      dropUnpaired,
      () => joinBy(tumors, normals, "patient", { unmatched: "drop" }),
      () => joinBy(tumors, normals, "patient"),
    );

    const calls = map(cross(pairs, intervals), ({ patient, tumor, normal, chromosome, from, to }) => {
      return { patient, variants: callVariants({ tumor, normal, chromosome, from, to }) };
    });
    const results = map(groupBy(calls, "patient"), ({ patient, rows }) => {
      const { variants, count } = gather({ patient, parts: pluck(rows, "variants") });
      return { patient, variants, count };
    });

    const settled = settle(results);
    return {
      results: pluck(filter(settled, { ok: true }), "value"),
      failed: pluck(filter(settled, { ok: false }), "error"),
    };
  },
);
