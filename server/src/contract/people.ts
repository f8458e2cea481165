import { createRoute, z } from "@hono/zod-openapi";
import { Count, json, jsonBody, Limit, Name, orProblem, Time } from "./exchange.ts";

const Role = z.enum(["viewer", "operator", "approver", "admin"]);

const UserParam = z.object({ user: Name.describe("Name of the user.") });
const TokenParam = z.object({ token: Name.describe("Id of the token, or a unique beginning of it.") });

const User = z
  .object({
    name: z.string(),
    role: Role.describe("Each may do what those before it may."),
    createdAt: Time,
    isDisabled: z.boolean().describe("One that is disabled can do nothing."),
  })
  .openapi("User");

const Token = z
  .object({
    id: z.string(),
    user: z.string().describe("Whom it speaks for."),
    name: z.string().describe("What it is for."),
    createdAt: Time,
    expiresAt: Time.nullable().describe("Null for never."),
    revokedAt: Time.nullable(),
    usedAt: Time.nullable().describe("Kept once an hour at the most."),
  })
  .openapi("Token");

const Change = z
  .object({
    number: z.number(),
    at: Time,
    actor: z.string().describe("Who did it."),
    action: z.string().describe("`user-added`, `role-changed`, `token-revoked`, …"),
    user: z.string(),
    detail: z.record(z.string(), z.string()),
    hash: z.string().describe("Of this and of the hash before it."),
  })
  .openapi("PeopleChange");

const user = { 200: json(User, "The user as they are now."), ...orProblem };
const tokenList = { 200: json(z.object({ tokens: z.array(Token) }), "The oldest first."), ...orProblem };

export const listUsers = createRoute({
  method: "get",
  path: "/users",
  summary: "All users, for admins",
  responses: { 200: json(z.object({ users: z.array(User) }), "By name."), ...orProblem },
});

export const getUser = createRoute({
  method: "get",
  path: "/users/{user}",
  summary: "A user, for admins and themselves",
  request: { params: UserParam },
  responses: user,
});

export const putUser = createRoute({
  method: "put",
  path: "/users/{user}",
  summary: "Add a user, or give one another role, for admins",
  request: { params: UserParam, body: jsonBody(z.strictObject({ role: Role })) },
  responses: user,
});

export const disableUser = createRoute({
  method: "post",
  path: "/users/{user}/disable",
  summary: "End all that a user may do, and their tokens for good, for admins",
  request: { params: UserParam },
  responses: user,
});

export const enableUser = createRoute({
  method: "post",
  path: "/users/{user}/enable",
  summary: "Let a user act again, with new tokens, for admins",
  request: { params: UserParam },
  responses: user,
});

export const listTokensOfUser = createRoute({
  method: "get",
  path: "/users/{user}/tokens",
  summary: "Tokens of a user, those that are over too, for admins and themselves",
  request: { params: UserParam },
  responses: tokenList,
});

export const createToken = createRoute({
  method: "post",
  path: "/users/{user}/tokens",
  summary: "Make a token that speaks for a user, for admins and themselves",
  request: {
    params: UserParam,
    body: jsonBody(
      z.strictObject({
        name: z.string().max(100).optional().describe("What it is for."),
        lastsMs: z
          .number()
          .int()
          .min(1)
          .nullable()
          .optional()
          .describe("Milliseconds; null for ever, default 90 days."),
      }),
    ),
  },
  responses: {
    201: json(
      z.object({ token: Token, secret: z.string().describe("Never shown again.") }).openapi("NewToken"),
      "It is made.",
    ),
    ...orProblem,
  },
});

export const listTokens = createRoute({
  method: "get",
  path: "/tokens",
  summary: "Tokens of all users, for admins",
  responses: tokenList,
});

export const revokeToken = createRoute({
  method: "post",
  path: "/tokens/{token}/revoke",
  summary: "End a token, for admins and whom it speaks for",
  request: { params: TokenParam },
  responses: { 200: json(Token, "It is over."), ...orProblem },
});

export const listPeopleChanges = createRoute({
  method: "get",
  path: "/people-changes",
  summary: "What was done to users and tokens, the newest first, for admins",
  request: {
    query: z.object({
      before: Count.optional().describe("`next` of the page before."),
      limit: Limit.default(100),
    }),
  },
  responses: {
    200: json(
      z.object({ changes: z.array(Change), next: z.number().nullable().describe("Null on the last page.") }),
      "A page of them.",
    ),
    ...orProblem,
  },
});
