import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { shortId } from "../output/run-names.ts";

/** `ligase cancel RUN` */
export const cancel = defineCommand({
  name: "cancel",
  about: "Asks whoever advances a run to cancel it; a run that nobody advances is closed at once.",
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: {},
  examples: ["ligase cancel 0198c2f1-4a3b"],
  async run({ options, positionals: [id = ""] }, world) {
    const engine = await world.openEngine(placeOf(options));
    try {
      const before = engine.inspect.run(id);
      engine.cancel(before.id);
      const { status } = engine.inspect.run(before.id);
      const document = { kind: "cancel-asked", run: before.id, status };
      const isDone = status === "cancelled";
      world.out.write(
        options.json
          ? `${JSON.stringify(document)}\n`
          : `${shortId(before.id)} ${isDone ? "is cancelled" : `is ${status} and asked to cancel`}\n`,
      );
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});
