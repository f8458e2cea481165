import { readdirSync, readFileSync } from "node:fs";

const MIGRATIONS = new URL("./migrations/", import.meta.url);

/** The SQL of the schema's numbered files, in their order; a store of version n has had the first n of them. */
export function migrations(folder: URL = MIGRATIONS): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
}
