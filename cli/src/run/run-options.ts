import { RESUME_OPTIONS } from "../follow/follow-options.ts";
import type { OptionTable } from "../options.ts";

/** Flags of `ligase run` itself; they may stand before the file or among the inputs. */
export const RUN_OPTIONS = {
  input: {
    kind: "text",
    value: "FILE.json",
    about: "inputs from a JSON file, or - for standard input; flags win over it",
  },
  check: {
    kind: "choice",
    values: ["proof", "full", "none"],
    about: "how far earlier results are believed: a finished subtree (default), each call, not at all",
  },
  "keep-going": { kind: "flag", about: "after a failure finish what can be finished" },
  "dry-run": { kind: "flag", about: "run nothing; say which jobs would run and why" },
  tag: { kind: "list", value: "NAME=VALUE", about: "a tag on the run; may be given several times" },
  ...RESUME_OPTIONS,
} as const satisfies OptionTable;
