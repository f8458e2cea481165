import { LigaseError } from "../errors/ligase-error.ts";

/** Facts of a tool that failed, as a failed script has them. */
export interface ToolFacts {
  readonly command: string;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** End of standard error. */
  readonly stderrTail: string;
  /** Work folder that the tool ran in. */
  readonly folder: string;
}

/** A tool run by `ctx.run` that ended with an exit code other than 0, or by a process signal. */
export class ToolFailure extends LigaseError<"script-failed" | "script-ended-by-signal"> {
  override readonly remedy: string;
  readonly details: ToolFacts;

  constructor(
    facts: ToolFacts,
    tool: { readonly task: string; readonly program: string; readonly script: string },
  ) {
    const params = {
      task: tool.task,
      program: tool.program,
      tail: facts.stderrTail.trimEnd(),
      folder: facts.folder,
    };
    const { exitCode, exitSignal } = facts;
    if (exitSignal === null) super("script-failed", { ...params, exitCode: exitCode ?? 1, exitSignal: "" });
    else super("script-ended-by-signal", { ...params, exitCode: 0, exitSignal });
    this.remedy = `Repeat it by hand in ${facts.folder}: its command is ${tool.script}, its logs are beside it.`;
    this.details = facts;
  }
}
