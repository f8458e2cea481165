import { killRun } from "./killed-run.ts";
import { SmallDisk } from "./small-disk.ts";

/*
 * A process that kills runs on a small disk, which is mounted for it alone. Arguments: the disk, the seed of a run.
 * It writes what came of the run as a line of JSON.
 */
const [folder = "", seed = ""] = process.argv.slice(2);
process.stdout.write(
  `${JSON.stringify(await killRun({ seed: Number(seed), smallDisk: new SmallDisk(folder) }))}\n`,
);
