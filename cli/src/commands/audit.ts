import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";

/** `ligase audit RUN` */
export const audit = defineCommand({
  name: "audit",
  about: [
    "Shows what people and time did to a run's gates, in the order it was recorded, and whether the record holds: each",
    "entry has the hash of those before it, and each decision the hash that its entry tells. Exits with 1 when it does not.",
  ].join("\n"),
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: { verify: { kind: "flag", about: "only whether the record holds" } },
  examples: [
    "ligase audit 0198c2f1-4a3b",
    "ligase audit 0198c2f1-4a3b --verify",
    "ligase audit 0198c2f1-4a3b --json",
  ],
  async run({ options, positionals: [id = ""] }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const { readAudit, auditDocument, auditText, verdictText } = await import("../audit/show-audit.ts");
      const found = readAudit(inspect, inspect.run(id));
      world.out.write(
        options.json
          ? `${JSON.stringify(auditDocument(found))}\n`
          : `${options.verify ? "" : auditText(found, world)}${verdictText(found, world)}`,
      );
      return found.check.holds ? EXIT.ok : EXIT.failed;
    } finally {
      await close();
    }
  },
});
