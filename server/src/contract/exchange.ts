import { z } from "@hono/zod-openapi";

/* How requests and answers are described, the same for every resource. */

/** One way in which a request does not fit. */
const Issue = z.object({
  path: z
    .array(z.union([z.string(), z.number()]))
    .describe("Field names and positions from the top of what was sent."),
  message: z.string(),
});

/** What a client gets in place of an answer: `application/problem+json`. */
export const Problem = z
  .object({
    code: z.string().describe("Permanent; listed in docs/errors.md."),
    message: z.string().describe("What happened and why."),
    remedy: z.string().describe("One thing to do."),
    params: z.record(z.string(), z.unknown()).describe("The values that the message speaks of.").optional(),
    issues: z.array(Issue).describe("What is wrong with which field.").optional(),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof Problem>;

/** Every route may answer with a problem. */
export const orProblem = {
  default: {
    description: "What went wrong, and what to do.",
    content: { "application/problem+json": { schema: Problem } },
  },
};

/** An answer in JSON. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** A body in JSON, which has to be there. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { "application/json": { schema } },
});

const Bytes = { schema: z.string().openapi({ format: "binary" }) };

/** An answer that is bytes of a user's file. */
export const bytes = (description: string) => ({
  description,
  content: { "application/octet-stream": Bytes },
});

/** An answer that is server-sent events. */
export const events = (description: string) => ({ description, content: { "text/event-stream": Bytes } });

/** A name that users gave: one line without control characters. */
export const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, "has control characters");

/** Milliseconds since 1970, UTC. */
export const Time = z.number().describe("Milliseconds since 1970, UTC.");

/** A value of a workflow in its JSON form: files are records with `uri`, `name`, `size` and `digest`. */
export const Value = z.unknown();

/** A number in a query. */
export const Count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** How many rows a page may have. */
export const Limit = z.coerce.number().int().min(1).max(1_000);
