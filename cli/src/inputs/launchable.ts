import type { TaskDefinition } from "@ligase/sdk/internal";

/** What can be launched, as far as its inputs and its help go: defined here, or at a server. */
export interface Launchable extends Pick<TaskDefinition, "name" | "kind" | "input" | "output"> {
  readonly options: { readonly description?: string };
}
