import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { decode } from "@ligase/sdk/values";
import { z } from "@ligase/sdk";
import type { AuditEntry, DecisionRecord } from "@ligase/engine";
import { verifyExport, type ReadAudit } from "@ligase/engine/reader";
import { Problem } from "../problem.ts";

const Exported = z.object({
  run: z.string(),
  workflow: z.string(),
  launcher: z.string(),
  entries: z.array(
    z.object({
      number: z.int(),
      at: z.number(),
      actor: z.string().nullable(),
      action: z.string(),
      subject: z.string(),
      detail: z.record(z.string(), z.string().nullable()),
      hash: z.string(),
      gate: z.string(),
      stored: z.string().nullable(),
    }),
  ),
});

/** An audit that `ligase audit RUN --json` wrote, verified by itself. Throws the problem `export-unreadable`. */
export function readExport(file: string, cwd: string): ReadAudit {
  const { run, workflow, launcher, entries } = readDocument(resolve(cwd, file), file);
  const read = entries.map(({ gate, stored, ...entry }) => ({
    entry: entry as AuditEntry,
    gate,
    decision: stored === null ? null : readStored(stored),
    stored,
  }));
  const check = verifyExport(
    entries.map((entry) => ({ ...entry, action: entry.action as AuditEntry["action"] })),
  );
  return { run: { id: run, name: workflow, user: launcher }, entries: read, check };
}

function readDocument(path: string, file: string): z.output<typeof Exported> {
  try {
    return Exported.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : error instanceof Error
          ? error.message
          : String(error);
    throw new Problem("export-unreadable", { file, reason });
  }
}

const Said = z.looseObject({ by: z.string().nullable(), comment: z.string().nullable() });

/** What was decided, for people; what cannot be read is shown as nothing, for its hash tells whether it is right. */
function readStored(stored: string): ReadAudit["entries"][number]["decision"] {
  try {
    const given = decode(stored);
    return Said.safeParse(given).success ? (given as DecisionRecord) : null;
  } catch {
    return null;
  }
}
