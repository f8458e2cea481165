import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";

/** `ligase inbox` */
export const inbox = defineCommand({
  name: "inbox",
  about: "Lists the gates of all runs that wait for a decision, the nearest deadline first.",
  positionals: [],
  options: {},
  examples: ["ligase inbox", "ligase inbox --json"],
  async run({ options }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const { openItems, inboxDocument, inboxText } = await import("../inbox/inbox-items.ts");
      const items = openItems(inspect);
      world.out.write(
        options.json ? `${JSON.stringify(items.map(inboxDocument))}\n` : inboxText(items, world),
      );
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});
