import { join } from "node:path";
import { installBuilt } from "../measuring/installed.ts";
import { timeCommand, workflowFile } from "../measuring/programs.ts";

/** A run as a user starts it: the built program, on a store in `root`. */
export interface CommandLineRun {
  readonly root: string;
  /** File of the folder `workflows`, and what of it runs. */
  readonly file: string;
  readonly name: string;
  readonly flags?: readonly string[];
}

/** Seconds of `ligase run`, the start of the process included. */
export function timeLigaseRun({ root, file, name, flags = [] }: CommandLineRun): Promise<number> {
  const { program } = installBuilt();
  const args = [program, "run", "--root", join(root, "ligase"), workflowFile(file), name, ...flags];
  return timeCommand({ program: process.execPath, args, cwd: root });
}
