import { openItems } from "@ligase/engine/reader";
import { listInbox } from "../contract/gates.ts";
import { gateSummary, refusalFor } from "../gate-documents.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** What waits for people, of all runs. */
export const inboxRoutes = ({ engine: { inspect } }: Service) =>
  newRouter().openapi(listInbox, (c) => {
    const { offset, limit, mine } = c.req.valid("query");
    const person = c.get("person");
    const items = openItems(inspect)
      .filter(({ gate, run }) => mine !== "true" || refusalFor(gate, run, person) === null)
      .drop(offset)
      .take(limit + 1)
      .map(gateSummary)
      .toArray();
    return c.json({ gates: items.slice(0, limit), more: items.length > limit }, 200);
  });
