import type { AnyCommand } from "./command.ts";

/** A command as the program knows it before its module is loaded. */
export interface CommandEntry {
  readonly summary: string;
  /** Loads the command alone: each start pays only for what it does. */
  load(): Promise<AnyCommand>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: "run a workflow or a task of a file",
    load: async () => (await import("./commands/run.ts")).run,
  },
  resume: {
    summary: "go on with a run that was interrupted, failed or left waiting",
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  runs: {
    summary: "list runs",
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  show: {
    summary: "show a run: inputs, tasks, gates, failures, result; or one of its jobs or decks",
    load: async () => (await import("./commands/show.ts")).show,
  },
  logs: {
    summary: "print what jobs wrote, or follow it",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  why: {
    summary: "say why a job ran or did not",
    load: async () => (await import("./commands/why.ts")).why,
  },
  graph: {
    summary: "draw a workflow",
    load: async () => (await import("./commands/graph.ts")).graph,
  },
  approve: {
    summary: "approve what a gate shows",
    load: async () => (await import("./commands/decide.ts")).approve,
  },
  reject: {
    summary: "reject what a gate shows",
    load: async () => (await import("./commands/decide.ts")).reject,
  },
  signal: {
    summary: "give a gate the value that it waits for",
    load: async () => (await import("./commands/decide.ts")).signal,
  },
  cancel: {
    summary: "cancel a run",
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
};
