import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LigaseError } from "@ligase/sdk";
import { eventKeyProblem, FILE_KEY } from "@ligase/sdk/internal";
import type { AwaitedEvent } from "../model/awaited-event.ts";

/**
 * What a gate waits for, as it is kept: a file that is named by a relative path or pattern is one in the folder from
 * which the run was launched. Throws `gate-option-not-valid`.
 */
export function awaitedAt(gate: string, awaited: AwaitedEvent, folder: string): AwaitedEvent {
  const notValid = (reason: string): LigaseError =>
    new LigaseError("gate-option-not-valid", { gate, reason });
  const problem = eventKeyProblem(awaited.key);
  if (problem !== null) throw notValid(problem);
  if (!awaited.key.startsWith(FILE_KEY)) return awaited;
  const place = awaited.key.slice(FILE_KEY.length);
  if (place === "") throw notValid("it names no file");
  const pattern = place.startsWith(FILE_KEY) ? patternOf(place) : place;
  if (pattern === null) throw notValid(`${JSON.stringify(place)} is no URI of a file on this machine`);
  return { ...awaited, key: `${FILE_KEY}${resolve(folder, pattern)}` };
}

/** The pattern that only the file of a URI matches. */
function patternOf(uri: string): string | null {
  try {
    return fileURLToPath(uri).replaceAll(/[*?[\]{}\\,]/g, "\\$&");
  } catch {
    return null;
  }
}
