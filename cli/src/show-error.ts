import type { LigaseError } from "@ligase/sdk/values";
import { EXIT } from "./exit-code.ts";
import { explain, Problem } from "./problem.ts";
import { printable } from "./output/visible-text.ts";
import type { World } from "./world.ts";

/** Shows what went wrong before, after or beside a run, and gives the exit code. */
export async function showError(error: unknown, world: World, asJson: boolean): Promise<number> {
  const { isLigaseError } = await import("@ligase/sdk/values");
  const known = error instanceof Problem ? await explain(error as Problem) : error;
  if (!isLigaseError(known)) return showBug(error, world);
  if (asJson) world.out.write(`${JSON.stringify(errorDocument(known))}\n`);
  else world.err.write(`${errorLines(known, world).join("\n")}\n`);
  return EXIT.misuse;
}

/** An error of the catalogue for machines. */
function errorDocument({ code, message, remedy, params }: LigaseError): Readonly<Record<string, unknown>> {
  return { kind: "error", code, message, remedy, params };
}

function errorLines(error: LigaseError, { err }: World): readonly string[] {
  const { red, bold, dim } = err.palette;
  const [first = "", ...more] = printable(error.message).split("\n");
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message)
      ? [dim(`  ${printable(error.cause.message)}`)]
      : [];
  return [
    `${red("✗")} ${bold(first)}`,
    ...more.map((line) => `  ${line}`),
    ...cause,
    `  ${printable(error.remedy)}`,
    dim(`  docs/errors.md#${error.code}`),
  ];
}

/** Anything else is our mistake: it is shown whole, so that it can be reported. */
function showBug(error: unknown, { err }: World): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err.write(
    `${err.palette.red("✗")} ${err.palette.bold("Ligase has a bug; this should not have happened.")}\n${printable(text)}\n`,
  );
  return EXIT.bug;
}
