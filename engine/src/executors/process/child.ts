import { findTask } from "@ligase/sdk/internal";
import { loadWorkflowFile } from "../../load.ts";
import { serveJobs } from "./serve-jobs.ts";

/* The program of a child of the pool: it gets the path of the user's workflow file, and its folder of compiled code. */
const [, , entry = "", compileCache] = process.argv;
await serveJobs(async () => {
  // It was for this process and its guard, not for the tools that bodies run.
  if (process.env["NODE_COMPILE_CACHE"] === compileCache) delete process.env["NODE_COMPILE_CACHE"];
  await loadWorkflowFile(entry);
  return (name) => {
    const definition = findTask(name);
    return definition?.kind === "task" ? definition : undefined;
  };
});
