import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";

/** `ligase search VALUE` */
export const search = defineCommand({
  name: "search",
  about:
    "Finds the jobs that were given a text, a number or a file, as an argument or part of one, or that made the file;\nthe newest first. A file that is here is found by its content.",
  positionals: [{ name: "VALUE", about: "a text, a number, a path, or a digest such as sha256:…" }],
  options: {
    limit: { kind: "count", short: "n", value: "N", about: "how many (default 20)" },
    before: { kind: "count", value: "N", about: "only calls before this one: the last of the page before" },
  },
  examples: ["ligase search S1", "ligase search results/sample-a.bam --limit 100"],
  async run({ options, positionals: [word = ""] }, world) {
    const { wantedValues } = await import("../inputs/wanted-values.ts");
    const wanted = await wantedValues(word, world.cwd);
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const { searchFor, searchText } = await import("../search/search-jobs.ts");
      const { limit = 20, before } = options;
      const found = searchFor(inspect, wanted, { limit, ...(before === undefined ? {} : { before }) });
      const more = { word, limit, root: options.root };
      world.out.write(options.json ? `${JSON.stringify(found)}\n` : searchText(found, more, world));
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});
