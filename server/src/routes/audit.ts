import { auditDocument, readAudit } from "@ligase/engine/reader";
import { jsonValue } from "@ligase/sdk/values";
import { getAudit, listSignals, type Audit, type Signal } from "../contract/audit.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** What was done to the gates of a run, as evidence. */
export const auditRoutes = ({ engine: { inspect } }: Service) =>
  newRouter()
    .openapi(getAudit, (c) =>
      c.json(auditDocument(readAudit(inspect, inspect.run(c.req.valid("param").run))) as Audit, 200),
    )
    .openapi(listSignals, (c) => {
      const signals = jsonValue(inspect.signals(c.req.valid("param").run)) as Signal[];
      return c.json({ signals }, 200);
    });
