import type { ExternalTaskRecord, LeasedTask as Leased } from "@ligase/engine";
import { requireRight } from "@ligase/engine";
import { isLigaseError, jsonValue } from "@ligase/sdk/values";
import {
  completeTask,
  failTask,
  getTask,
  heartbeatTask,
  leaseTasks,
  listTasks,
  putBackTask,
  releaseTask,
  type ExternalTask,
  type LeasedTask,
} from "../contract/external-tasks.ts";
import { fileDocuments } from "../gate-documents.ts";
import { givenFields } from "../given-fields.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** Tasks that workers pull and complete. Who they are comes from their user's token; who has a task from its own. */
export const externalTaskRoutes = (service: Service) => {
  const { engine, workers } = service;
  const { external } = engine;
  return newRouter()
    .route("/", reportRoutes(service))
    .openapi(leaseTasks, async (c) => {
      const { waitMs, ...wanted } = c.req.valid("json");
      const gone = c.req.raw.signal;
      const request = {
        ...givenFields(wanted),
        topics: wanted.topics,
        worker: wanted.worker,
        by: c.get("person"),
      };
      const leased = await workers.lease(request, { waitMs, gone });
      // Whoever asked may go away before the answer is there: nobody would know of these leases.
      gone.addEventListener("abort", () =>
        leased.forEach(({ task, token }) => giveBack(service, task.id, token)),
      );
      if (gone.aborted) leased.forEach(({ task, token }) => giveBack(service, task.id, token));
      return c.json({ tasks: leased.map((one) => leasedDocument(service, one)) }, 200);
    })
    .openapi(putBackTask, (c) =>
      c.json(changed(service, external.putBack(c.req.valid("param").task, c.get("person"))), 200),
    )
    .openapi(listTasks, (c) => {
      const filter = givenFields(c.req.valid("query"));
      return c.json({ tasks: external.list(filter).map(taskDocument) }, 200);
    })
    .openapi(getTask, (c) => {
      const { task: id } = c.req.valid("param");
      const task = taskDocument(external.get(id));
      return c.json({ task, leases: [...external.leases(id)], log: [...external.log(id)] }, 200);
    });
};

/** What workers say of the tasks that they have. */
const reportRoutes = (service: Service) => {
  const { external } = service.engine;
  return newRouter()
    .openapi(heartbeatTask, (c) => {
      requireRight(c.get("person"), "work");
      const { token, ...sign } = c.req.valid("json");
      return c.json(
        taskDocument(external.heartbeat(c.req.valid("param").task, token, givenFields(sign))),
        200,
      );
    })
    .openapi(completeTask, async (c) => {
      requireRight(c.get("person"), "work");
      const { task } = c.req.valid("param");
      const { token, value } = c.req.valid("json");
      const kept = await external.withFilesKept(task, value);
      return c.json(changed(service, external.complete(task, token, kept)), 200);
    })
    .openapi(failTask, (c) => {
      requireRight(c.get("person"), "work");
      const { token, ...failure } = c.req.valid("json");
      return c.json(changed(service, external.fail(c.req.valid("param").task, token, failure)), 200);
    })
    .openapi(releaseTask, (c) => {
      requireRight(c.get("person"), "work");
      const { token } = c.req.valid("json");
      return c.json(taskDocument(external.release(c.req.valid("param").task, token)), 200);
    });
};

/** People who look hear of what became of a task. */
function changed({ streams }: Service, task: ExternalTaskRecord): ExternalTask {
  streams.touched(task.runId);
  return taskDocument(task);
}

function giveBack({ engine }: Service, id: string, token: string): void {
  try {
    engine.external.release(id, token);
  } catch (error) {
    // It was completed, or its lease is over: then there is nothing to give back.
    if (!isLigaseError(error)) throw error;
  }
}

const taskDocument = ({ runId, ...task }: ExternalTaskRecord): ExternalTask => ({ run: runId, ...task });

function leasedDocument({ engine, base }: Service, { task, input, token }: Leased): LeasedTask {
  const gate = engine.inspect.gate(task.runId, task.id);
  return { task: taskDocument(task), input: jsonValue(input), files: fileDocuments(gate, base), token };
}
