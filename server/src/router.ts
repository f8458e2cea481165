import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./authentication.ts";
import { RequestNotValid } from "./problems.ts";

/** Routes of one resource; what does not fit their contract is refused in one form. */
export const newRouter = (): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw new RequestNotValid(result.target, result.error.issues);
    },
  });
