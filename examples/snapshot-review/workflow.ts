/**
 * A snapshot is looked at before it is loaded: an inventory is profiled and compared with the last one, somebody approves
 * it as it is, or with corrections, or sends it back; what was approved becomes a database. The approval counts for later
 * runs while the snapshot, its page and the question are the same; any change asks anew.
 *
 *     ligase run examples/snapshot-review/workflow.ts make-snapshots --output data
 *     ligase run examples/snapshot-review/workflow.ts load-snapshot --snapshot data/tuesday.tsv --last data/monday.tsv
 */
import { approve, catchError, copyFile, count, format, ne, sheet, workflow, z } from "ligase";
import { Tube } from "./model.ts";
import { buildDatabase, profileSnapshot } from "./tasks.ts";

export { makeSnapshots } from "./make-snapshots.ts";

export const loadSnapshot = workflow(
  {
    name: "load-snapshot",
    description: "Loads an inventory of tubes into a database when somebody has approved it",
    input: {
      snapshot: sheet(Tube).describe("The inventory: tube, tissue, concentration, volume"),
      last: sheet(Tube).default([]).describe("The one that was loaded last"),
      output: z.string().default("results").describe("Folder for the page and the database"),
    },
  },
  ({ snapshot, last, output }) => {
    const profile = profileSnapshot({ tubes: snapshot, last });
    const page = copyFile(profile.page, format`${output}/`);
    const approved = approve(snapshot, {
      name: "snapshot",
      question: format`Load ${count(snapshot)} tubes? ${profile.differences} differ from the last snapshot, ${profile.missing} values are missing.`,
      show: [page],
      editable: true,
      reuse: "same-content",
    });
    return catchError(
      () => ({
        outcome: "loaded",
        tubes: count(approved),
        corrected: ne(approved, snapshot),
        database: copyFile(buildDatabase({ tubes: approved }), format`${output}/`),
      }),
      { rejected: ({ message }) => ({ outcome: "not loaded", reason: message }) },
    );
  },
);
