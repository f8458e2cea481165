import type { CommonOptions, OptionTable, OptionValues } from "../options.ts";

/** Flags of the commands that look at runs and gates, or act on them, here or at a server. */
export const DESK_OPTIONS = {
  server: {
    kind: "text",
    value: "URL",
    about: "ask this server in place of a store here; the token is in LIGASE_TOKEN, or in --token-file",
  },
  "token-file": { kind: "text", value: "FILE", about: "a file that holds the token for --server" },
} as const satisfies OptionTable;

export type DeskOptions = CommonOptions & Partial<OptionValues<typeof DESK_OPTIONS>>;
