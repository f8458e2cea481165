import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";

/** `ligase inbox` */
export const inbox = defineCommand({
  name: "inbox",
  about: "Lists the gates of all runs that wait for a decision, the nearest deadline first.",
  positionals: [],
  options: DESK_OPTIONS,
  examples: ["ligase inbox", "ligase inbox --json", "ligase inbox --server http://127.0.0.1:7474"],
  async run({ options }, world) {
    const { openReadingDesk } = await import("../desk/open-desk.ts");
    const desk = await openReadingDesk(options, world);
    try {
      const { inboxDocument, inboxText } = await import("../inbox/inbox-items.ts");
      const items = await desk.inbox();
      world.out.write(
        options.json
          ? `${JSON.stringify(items.map(inboxDocument))}\n`
          : inboxText(items, options.server ?? null, world),
      );
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});
