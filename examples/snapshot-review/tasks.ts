import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { file, task, z } from "ligase";
import { Tube } from "./model.ts";
import { differencesBetween, profileColumns } from "./profile.ts";

export const profileSnapshot = task(
  {
    name: "profile-snapshot",
    description: "Shows a snapshot in figures, and what is different from the last one",
    input: { tubes: z.array(Tube), last: z.array(Tube) },
    output: { page: file(".html"), differences: z.int(), missing: z.int() },
  },
  ({ tubes, last }, ctx) => {
    const columns = profileColumns(tubes);
    const differences = differencesBetween(last, tubes);
    const page = ctx
      .deck("snapshot")
      .markdown(`# ${tubes.length} tubes, ${last.length} in the last snapshot`)
      .table(columns)
      .plot({
        kind: "scatter",
        title: "Concentration",
        x: "tube",
        y: "ng/µl",
        series: [
          { name: "last snapshot", points: concentrations(last) },
          { name: "this snapshot", points: concentrations(tubes) },
        ],
      })
      .markdown(`## ${differences.length} differences`)
      .table(differences)
      .file();
    const missing = columns.reduce((sum, column) => sum + column.missing, 0);
    return { page, differences: differences.length, missing };
  },
);

const concentrations = (tubes: readonly Tube[]) =>
  tubes.map(({ tube, concentration }) => [tube, concentration ?? Number.NaN] as const);

export const buildDatabase = task(
  {
    name: "build-database",
    description: "Makes a SQLite database of the tubes",
    input: { tubes: z.array(Tube) },
    output: file(".db"),
  },
  ({ tubes }, ctx) => {
    using database = new DatabaseSync(join(ctx.folder, "tubes.db"));
    database.exec(
      `CREATE TABLE tube (
         tube TEXT PRIMARY KEY, tissue TEXT NOT NULL, concentration REAL, volume REAL NOT NULL
       ) STRICT; BEGIN`,
    );
    const insert = database.prepare("INSERT INTO tube VALUES (?, ?, ?, ?)");
    for (const { tube, tissue, concentration, volume } of tubes)
      insert.run(tube, tissue, concentration, volume);
    database.exec("COMMIT");
    return ctx.file("tubes.db");
  },
);
