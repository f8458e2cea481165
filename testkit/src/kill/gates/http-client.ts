import { answerTasks } from "./answering.ts";
import { bodyOfReport, type ClientRequest } from "./client-request.ts";
import type { ClientAnswer } from "./lines.ts";
import { ask, type ServiceAnswer, type ServiceRequest } from "./service-request.ts";

/* Somebody who decides, works or publishes over HTTP. Who they are is said by the token that comes with each request. */

await answerTasks(async ({ request, service }) => {
  if (service === null) throw new Error("It is not said where the service is.");
  const answer = await ask(service, { method: "POST", ...sent(request) });
  return answer && answerOf(request, answer);
});

function sent(request: ClientRequest): Pick<ServiceRequest, "path" | "body"> {
  switch (request.kind) {
    case "decide": {
      const { run, gate, outcome, value, comment, contentHash } = request.decision;
      return {
        path: `/runs/${run}/gates/${encodeURIComponent(gate)}/decision`,
        body: { outcome, value, comment, seen: contentHash },
      };
    }
    case "lease": {
      const { topics, worker, lastsMs, limit } = request.wanted;
      return {
        path: "/external-tasks/lease",
        body: { topics, worker, lastsMs, limit, waitMs: request.waitMs },
      };
    }
    case "report": {
      const { task, token, report } = request;
      return { path: `/external-tasks/${task}/${report.kind}`, body: { token, ...bodyOfReport(report) } };
    }
    case "put-back":
      return { path: `/external-tasks/${request.task}/put-back`, body: {} };
    case "publish":
      return { path: "/events", body: request.event };
  }
}

function answerOf({ kind }: ClientRequest, { status, body }: ServiceAnswer): ClientAnswer {
  if (status !== 200 && status !== 202) return { status, code: String(body["code"]) };
  return {
    status,
    value: kind === "decide" ? decided(status, body) : kind === "lease" ? body["tasks"] : body,
  };
}

/** A gate's id, or that the decision is kept for one. */
function decided(status: number, body: ServiceAnswer["body"]): string {
  return status === 202 ? String(body["state"]) : (body["gate"] as { readonly id: string }).id;
}
