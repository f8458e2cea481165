import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { join } from "node:path";
import { openEngine, type Engine } from "@ligase/engine";
import { CommandLine } from "./command-line.ts";

/** A run that was left waiting at its gates, in a folder of its own. */
export interface WaitingRun {
  readonly ligase: CommandLine;
  readonly id: string;
  /** What other people do: their names are not those of this machine. */
  readonly withEngine: <T>(act: (engine: Engine) => T) => Promise<T>;
}

/** Runs the workflow `flow` of a file until nothing but gates is open. */
export async function waitingRun(
  t: TestContext,
  files: Readonly<Record<string, string>> & { readonly "flow.ts": string },
  ...inputs: readonly string[]
): Promise<WaitingRun> {
  const ligase = CommandLine.make(t, files);
  const { out, err, code } = await ligase.run("run", "flow.ts", "flow", "--no-wait", "--json", ...inputs);
  assert.equal(code, 0, err + out);
  const { run } = JSON.parse(out.split("\n")[0] ?? "") as { readonly run: string };
  return {
    ligase,
    id: run,
    withEngine: async (act) => {
      const engine = openEngine({ root: join(ligase.folder, ".ligase") });
      try {
        return act(engine);
      } finally {
        await engine.close();
      }
    },
  };
}
