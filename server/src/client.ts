import { hc } from "hono/client";
import type { Api } from "./app.ts";

/* A client with the types of the routes, for programs and for the console; nothing of the server is loaded. */

export type Client = ReturnType<typeof hc<Api>>;

/** Asks a server as whoever a token speaks for; the token goes to that server alone. */
export const createClient = (url: string, token: string): Client =>
  hc<Api>(url, { headers: { Authorization: `Bearer ${token}` }, init: { redirect: "error" } });

export type { Audit } from "./contract/audit.ts";
export type { ExternalTask } from "./contract/external-tasks.ts";
export type { Decision, Gate, GateSummary } from "./contract/gates.ts";
export type { Job, JobDetail, Run } from "./contract/runs.ts";
export type { WorkflowDetail } from "./contract/workflows.ts";
export type { RunState } from "./watch-run.ts";
