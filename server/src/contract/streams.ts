import { createRoute, z } from "@hono/zod-openapi";
import { events, orProblem } from "./exchange.ts";
import { RunParam } from "./runs.ts";

const Resume = z.object({
  "last-event-id": z.string().max(200).optional().describe("Id of the last event that was seen."),
});
const stream = {
  200: events("Events, until the client or the server ends it."),
  ...orProblem,
};

export const streamRun = createRoute({
  method: "get",
  path: "/runs/{run}/stream",
  summary: "What happens in a run, as it happens",
  description:
    "`state`: where the run stands. `job`: a job began, ended, was tried again or told of progress. `reset`: what was missed is not kept any more; a `state` follows. `end`: the run ended, and so does the stream.",
  request: { params: RunParam, headers: Resume },
  responses: stream,
});

export const streamInbox = createRoute({
  method: "get",
  path: "/inbox/stream",
  summary: "What comes into the inbox and leaves it, as it happens",
  description:
    "`state`: the first gates that wait, and whether there are more, which are pages of `GET inbox`. Of all of them: `opened`, `changed`: one gate as it is now. `closed`: the id of a gate that waits no more. `reset`: as for runs.",
  request: { headers: Resume },
  responses: stream,
});
