import { describe } from "node:test";
import { aheadCases } from "./executor-contract/ahead.ts";
import { endingCases } from "./executor-contract/ending.ts";
import { environmentCases } from "./executor-contract/environment.ts";
import { outputCases } from "./executor-contract/outputs.ts";
import { protocolCases } from "./executor-contract/protocol.ts";
import { testCases, type SetUpExecutor } from "./executor-contract/rig.ts";
import { scriptCases } from "./executor-contract/scripts.ts";

export { Ended, ExecutorRig, isAlive, processGone } from "./executor-contract/rig.ts";
export type { ExecutorUnderTest, ScriptJob, SetUpExecutor } from "./executor-contract/rig.ts";

export interface ExecutorContractOptions {
  /** Makes the executor and the file store that it stages from; called anew for each test. */
  readonly setup: SetUpExecutor;
  /** It takes jobs ahead of their turn: its `ahead` is tested too. */
  readonly takesAhead?: boolean;
}

/** The contract of executors of scripts: every one passes these tests. Scripts must reach the named pipes of the test. */
export function testExecutor(name: string, { setup, takesAhead = false }: ExecutorContractOptions): void {
  void describe(`executor of scripts: ${name}`, () => {
    testCases("what runs", scriptCases, setup);
    testCases("outputs", outputCases, setup);
    testCases("environment", environmentCases, setup);
    testCases("ending", endingCases, setup);
    testCases("what the scheduler relies on", protocolCases, setup);
    if (takesAhead) testCases("jobs ahead of their turn", aheadCases, setup);
  });
}
