import type { HandOver } from "@ligase/engine";
import type { DeskOptions } from "../desk/desk-options.ts";
import { openDesk } from "../desk/open-desk.ts";
import { EXIT } from "../exit-code.ts";
import { decidersText } from "../output/gate-policy-text.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import { findGate } from "./find-gate.ts";

type HandOverOptions = DeskOptions & {
  readonly to: readonly string[];
  readonly "to-role": readonly string[];
  readonly comment: string | undefined;
};

/** Gives a gate to others and tells who decides it now. */
export async function handOverGate(
  wanted: { readonly run: string; readonly gate: string | undefined },
  options: HandOverOptions,
  world: World,
): Promise<number> {
  const desk = await openDesk(options, world);
  try {
    const named = await findGate(desk, wanted.run, wanted.gate);
    const { run } = named;
    // The engine knows which roles there are.
    const to = { users: options.to, roles: options["to-role"] as NonNullable<HandOver["to"]["roles"]> };
    const gate = await desk.handOver(named, { to, comment: options.comment ?? null });
    const { path, deciders } = gate;
    world.out.write(
      options.json
        ? `${JSON.stringify({ kind: "handed-over", run: run.id, gate: path, deciders })}\n`
        : `${world.out.palette.green("✓")} ${printableLine(path)} is now to be decided by ${decidersText(gate)}\n`,
    );
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}
