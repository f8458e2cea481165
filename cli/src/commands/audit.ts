import { defineCommand, placeOf } from "../command.ts";
import type { ReadAudit } from "@ligase/engine/reader";
import { DESK_OPTIONS, type DeskOptions } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";
import type { CommonOptions } from "../options.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

type AuditOptions = CommonOptions & DeskOptions & { readonly verify: boolean };

/** `ligase audit [RUN]` */
export const audit = defineCommand({
  name: "audit",
  about: [
    "Shows what people and time did to a run's gates, in the order it was recorded, and whether the record holds: each",
    "entry has the hash of those before it, and each decision the hash that its entry tells. Without a run: what was done to",
    "users, their roles and tokens. Exits with 1 when a record does not hold.",
  ].join("\n"),
  positionals: [
    {
      name: "RUN",
      about: "the run, by its id or the beginning of it; or FILE.json that --json exported",
      optional: true,
    },
  ],
  options: { verify: { kind: "flag", about: "only whether the record holds" }, ...DESK_OPTIONS },
  examples: [
    "ligase audit 0198c2f1-4a3b",
    "ligase audit 0198c2f1-4a3b --verify",
    "ligase audit 0198c2f1-4a3b --json > audit.json",
    "ligase audit audit.json --verify",
    "ligase audit --verify",
  ],
  async run({ options, positionals: [id] }, world) {
    if (id === undefined) return await auditPeople(options, world);
    const found = id.endsWith(".json") ? await exported(id, world) : await recorded(id, options, world);
    const { auditText, verdictText } = await import("../audit/show-audit.ts");
    const { auditDocument } = await import("@ligase/engine/reader");
    world.out.write(
      options.json
        ? `${JSON.stringify(auditDocument(found))}\n`
        : `${options.verify ? "" : auditText(found, world)}${verdictText(found, world)}`,
    );
    return found.check.holds ? EXIT.ok : EXIT.failed;
  },
});

/** Users and tokens are managed on the store itself, and so is their record looked at there. */
async function auditPeople(options: AuditOptions, world: World): Promise<number> {
  if (options.server !== undefined)
    throw new Problem("argument-missing", {
      command: "audit",
      argument: "RUN at a server",
      usage: "ligase audit RUN --server URL",
    });
  const engine = await world.openEngine(placeOf(options));
  try {
    const by = { name: world.user() };
    const check = engine.people.verifyChanges(by);
    const changes = engine.people.changes(by, { limit: check.changes }).toReversed();
    const { changesText } = await import("../people/people-text.ts");
    const { peopleVerdictText } = await import("../audit/show-audit.ts");
    world.out.write(
      options.json
        ? `${JSON.stringify({ changes, verification: check })}\n`
        : `${options.verify ? "" : `${changesText(changes, world)}\n`}${peopleVerdictText(check, world)}`,
    );
    return check.holds ? EXIT.ok : EXIT.failed;
  } finally {
    await engine.close();
  }
}

async function exported(file: string, world: World): Promise<ReadAudit> {
  const { readExport } = await import("../audit/read-export.ts");
  return readExport(file, world.cwd);
}

async function recorded(id: string, options: DeskOptions, world: World): Promise<ReadAudit> {
  const { openReadingDesk } = await import("../desk/open-desk.ts");
  const desk = await openReadingDesk(options, world);
  try {
    return await desk.audit(id);
  } finally {
    await desk.close();
  }
}
