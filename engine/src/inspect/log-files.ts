import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Inspect } from "../ports/inspect.ts";

/** The log files of an attempt's folder that exist now. */
export const logFiles: Inspect["logFiles"] = ({ folder }) => {
  const logs = join(folder, ".ligase");
  if (!existsSync(logs)) return [];
  const names = readdirSync(logs).filter((name) => /^(run-\d+\.)?std(out|err)$/.test(name));
  return names.toSorted().map((name) => ({ name, path: join(logs, name) }));
};
