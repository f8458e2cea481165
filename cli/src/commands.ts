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
  "take-over": {
    summary: "go on with the runs whose engine died",
    load: async () => (await import("./commands/take-over.ts")).takeOver,
  },
  serve: {
    summary: "serve workflows: an HTTP API that launches runs and has their gates decided",
    load: async () => (await import("./commands/serve.ts")).serve,
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
  inbox: {
    summary: "list the gates that wait for a decision",
    load: async () => (await import("./commands/inbox.ts")).inbox,
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
  answer: {
    summary: "fill in the form of a gate, field by field",
    load: async () => (await import("./commands/decide.ts")).answer,
  },
  work: {
    summary: "list external tasks and who works on them, or put one back",
    load: async () => (await import("./commands/work.ts")).work,
  },
  "hand-over": {
    summary: "give an open gate to others to decide",
    load: async () => (await import("./commands/decide.ts")).handOver,
  },
  event: {
    summary: "publish an event for gates that wait for it",
    load: async () => (await import("./commands/events.ts")).event,
  },
  events: {
    summary: "list events, and which gates took them",
    load: async () => (await import("./commands/events.ts")).events,
  },
  audit: {
    summary: "show what people and time did to a run, and verify it",
    load: async () => (await import("./commands/audit.ts")).audit,
  },
  lineage: {
    summary: "show where a job's data or a file came from, or what it went into",
    load: async () => (await import("./commands/lineage.ts")).lineage,
  },
  search: {
    summary: "find jobs by a text, number or file that they were given or made",
    load: async () => (await import("./commands/search.ts")).search,
  },
  cancel: {
    summary: "cancel a run",
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  user: {
    summary: "add a user of a service, change their role, or disable them",
    load: async () => (await import("./commands/people.ts")).user,
  },
  users: {
    summary: "list the users, or what was done to users and tokens",
    load: async () => (await import("./commands/people.ts")).users,
  },
  token: {
    summary: "make a token that speaks for a user",
    load: async () => (await import("./commands/people.ts")).token,
  },
  tokens: {
    summary: "list tokens",
    load: async () => (await import("./commands/people.ts")).tokens,
  },
  revoke: {
    summary: "end a token",
    load: async () => (await import("./commands/people.ts")).revoke,
  },
};
