import { DESK_OPTIONS } from "../desk/desk-options.ts";
import type { CommonOptions, OptionTable, OptionValues } from "../options.ts";

/** Flags of the commands that run jobs. */
export const ENGINE_OPTIONS = {
  cpu: { kind: "amount", value: "N", about: "cores that jobs may use together (default: the machine's)" },
  memory: { kind: "text", value: "SIZE", about: 'memory that jobs may use together, such as "8 GiB"' },
  limit: { kind: "list", value: "NAME=N", about: "jobs that may hold a named limit at once" },
} as const satisfies OptionTable;

/** Flags of the commands that follow a run. */
export const FOLLOW_OPTIONS = {
  approve: { kind: "flag", about: "approve every gate of this run" },
  reject: { kind: "optional-text", value: "REASON", about: "reject every gate of this run" },
  "no-wait": { kind: "flag", about: "end when nothing but gates is open, and leave the run waiting" },
  ...ENGINE_OPTIONS,
} as const satisfies OptionTable;

/** The same of those that follow a run of a server, too. */
export const RESUME_OPTIONS = { ...FOLLOW_OPTIONS, ...DESK_OPTIONS } as const;

export type MachineOptions = OptionValues<typeof ENGINE_OPTIONS> & CommonOptions;
export type FollowOptions = OptionValues<typeof FOLLOW_OPTIONS> & CommonOptions;
