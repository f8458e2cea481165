import { OpenAPIHono } from "@hono/zod-openapi";
import { LigaseError } from "@ligase/sdk/values";
import { authenticated, type Env } from "./authentication.ts";
import { borders, type Borders } from "./borders.ts";
import { DOCUMENT } from "./contract/document.ts";
import { answerProblem } from "./problems.ts";
import { auditRoutes } from "./routes/audit.ts";
import { eventRoutes } from "./routes/events.ts";
import { externalTaskRoutes } from "./routes/external-tasks.ts";
import { fileRoutes } from "./routes/files.ts";
import { gateRoutes } from "./routes/gates.ts";
import { healthRoutes } from "./routes/health.ts";
import { inboxRoutes } from "./routes/inbox.ts";
import { peopleRoutes } from "./routes/people.ts";
import { runRoutes } from "./routes/runs.ts";
import { streamRoutes } from "./routes/streams.ts";
import { workflowRoutes } from "./routes/workflows.ts";
import type { Service } from "./service.ts";

/** Path under which the routes are. */
export const BASE = "/api/v1";

/** What may be asked without a token. */
const OPEN = new Set([`${BASE}/health`, `${BASE}/ready`, `${BASE}/openapi.json`]);

/** The whole API: borders first, then who asks, then the routes of each resource. */
export function createApp(service: Service, around: Borders) {
  const app = new OpenAPIHono<Env>();
  const authenticate = authenticated(service.authenticate);
  app.onError((error, c) =>
    answerProblem(error, c, (cause) => service.tell({ kind: "failed", error: cause })),
  );
  app.notFound(() => {
    throw new LigaseError("route-not-found", undefined);
  });
  app.use(...borders(around));
  app.use(async (c, next) => (OPEN.has(c.req.path) ? await next() : await authenticate(c, next)));
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  app.doc31(`${BASE}/openapi.json`, DOCUMENT);
  return app
    .route(BASE, healthRoutes(service))
    .route(BASE, workflowRoutes(service))
    .route(BASE, runRoutes(service))
    .route(BASE, inboxRoutes(service))
    .route(BASE, gateRoutes(service))
    .route(BASE, externalTaskRoutes(service))
    .route(BASE, eventRoutes(service))
    .route(BASE, auditRoutes(service))
    .route(BASE, fileRoutes(service))
    .route(BASE, streamRoutes(service))
    .route(BASE, peopleRoutes(service));
}

/** Types of the routes, for clients: `hc<Api>(url)`. */
export type Api = ReturnType<typeof createApp>;
