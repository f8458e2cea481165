import { isLigaseError, LigaseError } from "@ligase/sdk";
import type { JobError } from "@ligase/sdk/internal";
import type { CodeFact, CodeInUse } from "../../code/code-in-use.ts";
import type { ExecutorListener } from "../../ports/executor.ts";
import { failedOutcome } from "./job-outcome.ts";

/** Why a process that has imported this computes nothing for an engine with that code; null where both are one (C22). */
export function refusalOf(facts: readonly CodeFact[], code: CodeInUse): JobError | null {
  try {
    code.noteAll(facts);
    return null;
  } catch (error) {
    if (!isLigaseError(error, "code-edited")) throw error;
    return edited(error);
  }
}

/**
 * A listener that learns of no result while a file that counts as code is not what it was: bodies read such files while
 * they run, and whether it was before or after the change nobody knows (C22).
 */
export const withoutEditedAssets =
  (code: CodeInUse, listener: ExecutorListener): ExecutorListener =>
  (events) => {
    const subject = events.some(({ kind }) => kind === "ended") ? code.editedAsset() : null;
    if (subject === null) return listener(events);
    const error = edited(new LigaseError("code-edited", { subject }));
    listener(
      events.map((event) =>
        event.kind === "ended" && event.outcome.ok ? { ...event, outcome: failedOutcome(error) } : event,
      ),
    );
  };

const edited = ({ name, message, code, remedy }: LigaseError): JobError => ({
  kind: "misuse",
  name,
  message,
  code,
  remedy,
});
