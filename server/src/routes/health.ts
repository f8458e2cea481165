import { health, readiness } from "../contract/health.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** What supervisors and load balancers ask; without a token, and so without a word about what is inside. */
export const healthRoutes = ({ engine }: Service) =>
  newRouter()
    .openapi(health, (c) => c.json({ status: "ok" as const }, 200))
    .openapi(readiness, (c) => {
      try {
        engine.inspect.runs({ limit: 1 });
        return c.json({ status: "ok" as const }, 200);
      } catch {
        return c.json({ status: "unavailable" as const }, 503);
      }
    });
