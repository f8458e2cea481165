import { defineCommand, placeOf } from "../command.ts";
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
    topic: { kind: "text", value: "TOPIC", about: "only tasks of this topic" },
    state: { kind: "choice", values: STATES, about: "only tasks in this state (default all but done)" },
    number: { kind: "count", short: "n", value: "N", about: "how many of each state (default 20)" },
    "put-back": { kind: "text", value: "ID", about: "put a task that was set aside back into line" },
  },
  examples: [
    "ligase work --topic images",
    "ligase work --state aside",
    "ligase work --put-back 0198c2f1-4a3b-7",
  ],
  async run({ options }, world) {
    const engine = await world.openEngine(placeOf(options));
    try {
      const { listedText, listWork, putBackText, taskDocument } = await import("../work/show-work.ts");
      const { "put-back": id, json, topic, state, number = 20 } = options;
      if (id !== undefined) {
        const task = engine.external.putBack(id, { name: world.user() });
        world.out.write(json ? `${JSON.stringify(taskDocument(task))}\n` : putBackText(task, world));
        return EXIT.ok;
      }
      const found = listWork(engine.external, {
        topic,
        states: state === undefined ? undefined : [state],
        number,
      });
      world.out.write(json ? `${JSON.stringify(found.map(taskDocument))}\n` : listedText(found, world));
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});
