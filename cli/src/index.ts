/* What user code imports as `ligase`: the SDK and nothing else, so that a job pays for nothing else. */
export * from "@ligase/sdk";
