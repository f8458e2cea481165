import { createRoute, z } from "@hono/zod-openapi";
import { json, Name, orProblem } from "./exchange.ts";

const JsonSchema = z
  .record(z.string(), z.unknown())
  .describe("JSON Schema 2020-12, with hints in `x-ligase`.");

export const Workflow = z
  .object({
    name: z.string(),
    kind: z.enum(["workflow", "task", "script"]),
    description: z.string().nullable(),
    input: JsonSchema,
    output: JsonSchema,
  })
  .openapi("Workflow");
export type Workflow = z.infer<typeof Workflow>;

export const listWorkflows = createRoute({
  method: "get",
  path: "/workflows",
  summary: "What can be launched",
  request: { query: z.object({ kind: z.enum(["workflow", "task", "script"]).optional() }) },
  responses: {
    200: json(z.object({ workflows: z.array(Workflow) }), "What the served files define."),
    ...orProblem,
  },
});

export const getWorkflow = createRoute({
  method: "get",
  path: "/workflows/{name}",
  summary: "A workflow or task",
  request: { params: z.object({ name: Name }) },
  responses: { 200: json(Workflow, "It, with the types of its input and output."), ...orProblem },
});
