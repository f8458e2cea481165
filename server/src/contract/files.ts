import { createRoute, z } from "@hono/zod-openapi";
import { bytes, Count, json, orProblem } from "./exchange.ts";
import { GateParam } from "./gates.ts";
import { JobParam, RunParam } from "./runs.ts";

const Item = GateParam.extend({ item: Count.describe("Place in the gate's `files`.") });

export const getEvidence = createRoute({
  method: "get",
  path: "/runs/{run}/gates/{gate}/files/{item}",
  summary: "The bytes of a file that a gate shows",
  description: "As a download, under a sandbox: a page that users made is no page of this server.",
  request: { params: Item },
  responses: { 200: bytes("Its bytes."), ...orProblem },
});

export const getEvidenceInFolder = createRoute({
  method: "get",
  path: "/runs/{run}/gates/{gate}/files/{item}/{path}",
  summary: "The bytes of a file in a folder that a gate shows",
  request: {
    params: Item.extend({
      path: z.string().min(1).max(4_000).describe("Path in the folder, percent-encoded."),
    }),
  },
  responses: { 200: bytes("Its bytes."), ...orProblem },
});

const Deck = z.object({
  job: z.number(),
  name: z.string(),
  mediaType: z.string(),
  href: z.string().describe("Its bytes."),
});

export const listDecks = createRoute({
  method: "get",
  path: "/runs/{run}/decks",
  summary: "The reports that jobs of a run made",
  request: { params: RunParam },
  responses: { 200: json(z.object({ decks: z.array(Deck) }), "All of them."), ...orProblem },
});

export const getDeck = createRoute({
  method: "get",
  path: "/runs/{run}/jobs/{job}/decks/{deck}",
  summary: "The bytes of a report that a job made",
  request: {
    params: JobParam.extend({ deck: z.string().min(1).max(4_000).describe("Its name, percent-encoded.") }),
  },
  responses: { 200: bytes("Its bytes."), ...orProblem },
});

export const getLog = createRoute({
  method: "get",
  path: "/runs/{run}/jobs/{job}/attempts/{attempt}/logs/{log}",
  summary: "What an attempt of a job wrote",
  request: {
    params: JobParam.extend({
      attempt: z.coerce.number().int().min(1),
      log: z.string().regex(/^(run-\d+\.)?std(out|err)$/, "is no log"),
    }),
    query: z.object({ from: Count.default(0).describe("Byte to begin at: to read on where one was.") }),
  },
  responses: {
    200: bytes("Its bytes, as far as they are written."),
    ...orProblem,
  },
});
