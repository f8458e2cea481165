import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";

const STATES = ["leased", "aside", "ready", "done"] as const;

/** `ligase work` */
export const work = defineCommand({
  name: "work",
  about: [
    "Lists the external tasks of all runs: what workers have, what was set aside and why, what waits in line.",
    "A task that too many workers lost is set aside until somebody puts it back.",
  ].join("\n"),
  positionals: [],
  options: {
    ...DESK_OPTIONS,
    topic: { kind: "text", value: "TOPIC", about: "only tasks of this topic" },
    state: { kind: "choice", values: STATES, about: "only tasks in this state (default all but done)" },
    number: { kind: "count", short: "n", value: "N", about: "how many of each state (default 20)" },
    "put-back": { kind: "text", value: "ID", about: "put a task that was set aside back into line" },
  },
  examples: [
    "ligase work --topic images",
    "ligase work --state aside",
    "ligase work --put-back 0198c2f1-4a3b-7",
    "ligase work --server http://127.0.0.1:7474",
  ],
  async run({ options }, world) {
    const { openDesk } = await import("../desk/open-desk.ts");
    const desk = await openDesk(options, world);
    try {
      const { listedText, listWork, putBackText, taskDocument } = await import("../work/show-work.ts");
      const { "put-back": id, json, topic, state, number = 20 } = options;
      if (id !== undefined) {
        const task = await desk.putBack(id);
        world.out.write(json ? `${JSON.stringify(taskDocument(task))}\n` : putBackText(task, world));
        return EXIT.ok;
      }
      const states = state === undefined ? undefined : [state];
      const found = await listWork(desk, { topic, states, number });
      world.out.write(json ? `${JSON.stringify(found.map(taskDocument))}\n` : listedText(found, world));
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});
