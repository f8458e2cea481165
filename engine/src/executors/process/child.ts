import { findTask } from "@ligase/sdk/internal";
import { loadWorkflowFile } from "../../load.ts";
import { serveJobs } from "./serve-jobs.ts";

/* The program of a child of the pool: it gets the path of the user's workflow file. */
await serveJobs(async () => {
  await loadWorkflowFile(process.argv[2] ?? "");
  return (name) => {
    const definition = findTask(name);
    return definition?.kind === "task" ? definition : undefined;
  };
});
