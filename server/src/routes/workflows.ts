import { resultShape } from "@ligase/engine/reader";
import { encode, findTask, toJsonSchema, type TypeIr } from "@ligase/sdk/internal";
import { getWorkflow, listWorkflows, type Workflow, type WorkflowDetail } from "../contract/workflows.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";
import type { Served } from "../workflows.ts";

/** What can be launched. */
export const workflowRoutes = ({ workflows }: Service) =>
  newRouter()
    .openapi(listWorkflows, (c) => {
      const { kind } = c.req.valid("query");
      const all = workflows.list().map(workflowDocument);
      return c.json({ workflows: all.filter((one) => kind === undefined || one.kind === kind) }, 200);
    })
    .openapi(getWorkflow, (c) => c.json(workflowDetail(workflows.get(c.req.valid("param").name)), 200));

function workflowDocument({ definition }: Served): Workflow {
  const { name, kind, options, input, output } = definition;
  return {
    name,
    kind,
    description: options.description ?? null,
    input: toJsonSchema(input),
    output: toJsonSchema(output),
  };
}

function workflowDetail(served: Served): WorkflowDetail {
  const { definition } = served;
  const { input, output } = definition;
  const result = resultShape(definition, findTask);
  const types = { input: typeDocument(input), output: typeDocument(output), result: typeDocument(result) };
  return { ...workflowDocument(served), types };
}

/** Defaults may be what JSON has no form for. */
const typeDocument = (type: TypeIr): WorkflowDetail["types"]["input"] =>
  JSON.parse(encode(type, { locations: true, unread: true, asWritten: true })) as { kind: string };
