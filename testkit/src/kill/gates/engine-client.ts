import { setTimeout } from "node:timers/promises";
import { openEngine, type ExternalTasks } from "@ligase/engine";
import type { LeasedTask } from "@ligase/engine/testing";
import { isLigaseError } from "@ligase/sdk";
import { said } from "../../decisions/said-report.ts";
import { answerTasks } from "./answering.ts";
import type { ClientRequest } from "./client-request.ts";

/*
 * Somebody who decides, works or publishes, with a connection of their own to a store. Arguments: the root and, where it
 * is elsewhere, the store.
 */
const [root = "", store = ""] = process.argv.slice(2);
const engine = openEngine({ root, ...(store === "" ? {} : { store }) });

await answerTasks(async ({ request }) => {
  try {
    return { value: await answerTo(request) };
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    return { code: error.code };
  }
});
await engine.close();

async function answerTo(request: ClientRequest): Promise<unknown> {
  switch (request.kind) {
    case "decide": {
      const answer = engine.decide(request.decision);
      return answer === "kept" ? answer : answer.id;
    }
    case "lease":
      return await lease(engine.external, request);
    case "report":
      return said(engine.external, { gate: request.task, token: request.token }, request.report);
    case "put-back":
      return engine.external.putBack(request.task, request.by);
    case "publish":
      return engine.events.publish(request.event, request.by);
  }
}

/** Looks once more when there may be something, or when nobody told of that for so long. */
async function lease(
  external: ExternalTasks,
  { wanted, waitMs }: Extract<ClientRequest, { kind: "lease" }>,
): Promise<readonly LeasedTask[]> {
  const found = external.lease(wanted);
  if (found.length > 0) return found;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = external.subscribe(resolve);
  await Promise.race([promise, setTimeout(waitMs)]);
  unsubscribe();
  return external.lease(wanted);
}
