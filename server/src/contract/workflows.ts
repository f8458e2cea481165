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

const Type = z.looseObject({ kind: z.string() });

export const WorkflowDetail = Workflow.extend({
  types: z
    .object({ input: Type, output: Type, result: Type })
    .describe(
      "The same in Ligase's own description of types, written as it stores values; `result` has the fields in the order of the workflow, also where no output is declared.",
    ),
}).openapi("WorkflowDetail");
export type WorkflowDetail = z.infer<typeof WorkflowDetail>;

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
  responses: { 200: json(WorkflowDetail, "It, with the types of its input and output."), ...orProblem },
});
