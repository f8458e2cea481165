import { defineCommand } from "../command.ts";
import { ENGINE_OPTIONS } from "../follow/follow-options.ts";

/** `ligase serve FILE…` */
export const serve = defineCommand({
  name: "serve",
  about: [
    "Serves the workflows of files: launches and advances their runs, has their gates decided, and answers an HTTP API.",
    "It prints its address and a token for you, which holds until it ends; others need users and tokens of their own",
    "(`ligase user`, `ligase token`). Runs that wait for people take no memory. Ctrl-C ends it; its runs go on at the next",
    "start.",
  ].join("\n"),
  positionals: [{ name: "FILE", about: "a file that defines workflows", many: true }],
  options: {
    port: { kind: "text", value: "N", about: "port to listen at (default 7474; 0 for any that is free)" },
    host: { kind: "text", value: "ADDRESS", about: "address to listen at (default 127.0.0.1: nobody else)" },
    ...ENGINE_OPTIONS,
  },
  examples: ["ligase serve align.ts", "ligase serve align.ts assembly.ts --port 8000"],
  async run({ options, positionals }, world) {
    const { serveFiles } = await import("../serve/serve-files.ts");
    return await serveFiles(positionals, options, world);
  },
});
