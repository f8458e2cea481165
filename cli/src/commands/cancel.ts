import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";
import { shortId } from "../output/run-names.ts";

/** `ligase cancel RUN` */
export const cancel = defineCommand({
  name: "cancel",
  about: "Asks whoever advances a run to cancel it; a run that nobody advances is closed at once.",
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: DESK_OPTIONS,
  examples: ["ligase cancel 0198c2f1-4a3b", "ligase cancel 0198c2f1-4a3b --server http://127.0.0.1:7474"],
  async run({ options, positionals: [id = ""] }, world) {
    const { openDesk } = await import("../desk/open-desk.ts");
    const desk = await openDesk(options, world);
    try {
      const { id: run, status } = await desk.cancel(id);
      const document = { kind: "cancel-asked", run, status };
      const isDone = status === "cancelled";
      world.out.write(
        options.json
          ? `${JSON.stringify(document)}\n`
          : `${shortId(run)} ${isDone ? "is cancelled" : `is ${status} and asked to cancel`}\n`,
      );
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});
