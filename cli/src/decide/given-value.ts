import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Problem } from "../problem.ts";

/** The value of `--value`: JSON, or a file that holds it after an @. Throws the problem `value-unreadable`. */
export function givenValue(text: string, cwd: string): unknown {
  const file = text.startsWith("@") ? text.slice(1) : null;
  try {
    return JSON.parse(file === null ? text : readFileSync(resolve(cwd, file), "utf8")) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem("value-unreadable", { source: file ?? "--value", reason });
  }
}
