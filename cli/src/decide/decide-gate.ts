import type { Engine, GateRecord, RunRecord } from "@ligase/engine";
import { rootOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readSignalValue } from "../inputs/signal-value.ts";
import type { CommonOptions } from "../options.ts";
import { gateAddress, shortId } from "../output/run-names.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

/** What is to be decided, as it was typed. */
export interface Wanted {
  readonly run: string;
  readonly gate: string | undefined;
  readonly outcome: "approved" | "rejected" | "answered";
  /** The value of an answer as it was typed. */
  readonly text?: string;
}

type DecideOptions = CommonOptions & { readonly comment: string | undefined };

/** A run that waits is advanced by a process; without a sign of life for so long there is none. */
const ADVANCED_MS = 30_000;

/** Records a decision and tells what comes next. */
export async function decideGate(wanted: Wanted, options: DecideOptions, world: World): Promise<number> {
  const engine = await world.openEngine(rootOf(options));
  try {
    const run = engine.inspect.run(wanted.run);
    const gates = engine.inspect.gates(run.id);
    const address = wanted.gate ?? onlyOpenGate(gates, run);
    const gate = gates.find(({ id, name, path }) => [id, name, path].includes(address));
    // What comes before its gate is checked against the workflow's graph, which is in the user's file (C24).
    if (gate === undefined) await engine.load(run.file);
    else refuseOtherKind(gate, wanted);
    const value = wanted.text === undefined ? {} : { value: valueOf(wanted.text, address, gate, world) };
    const decided = engine.decide({
      run: run.id,
      gate: address,
      outcome: wanted.outcome,
      by: world.user(),
      comment: options.comment ?? null,
      ...value,
    });
    world.out.write(
      options.json
        ? `${JSON.stringify({ kind: "decided", run: run.id, gate: address, outcome: wanted.outcome, kept: decided === "kept" })}\n`
        : confirmation({ run, address, wanted, decided }, world),
    );
    return EXIT.ok;
  } finally {
    await engine.close();
  }
}

function onlyOpenGate(gates: readonly GateRecord[], run: RunRecord): string {
  const open = gates.filter(({ status, kind }) => status === "open" && kind !== "sleep");
  const [only] = open;
  if (only !== undefined && open.length === 1) return only.id;
  throw new Problem("gate-not-said", {
    run: shortId(run.id),
    gates: open.map((gate) => gateAddress(gate, open)),
  });
}

function refuseOtherKind({ kind, name }: GateRecord, { outcome }: Wanted): void {
  const command = { approved: "approve", rejected: "reject", answered: "signal" }[outcome];
  const fits = outcome === "answered" ? kind === "input" : kind === "approve" || kind === "review";
  if (!fits) throw new Problem("decision-not-fitting", { gate: name, kind, command });
}

function valueOf(text: string, address: string, gate: GateRecord | undefined, { cwd }: World): unknown {
  const read = readSignalValue(text, gate?.schema ?? null, cwd);
  if (read.ok) return read.value;
  throw new Problem("signal-value-invalid", { gate: gate?.name ?? address, problems: read.problems });
}

interface Decided {
  readonly run: RunRecord;
  readonly address: string;
  readonly wanted: Wanted;
  readonly decided: ReturnType<Engine["decide"]>;
}

function confirmation({ run, address, wanted, decided }: Decided, world: World): string {
  const { green, dim } = world.out.palette;
  const name = decided === "kept" ? address : decided.path;
  const kept = decided === "kept" ? "; kept until the gate opens" : "";
  const isAdvanced = world.now() - (run.heartbeatAt ?? 0) < ADVANCED_MS;
  const next = isAdvanced ? [] : [dim(`  No process advances the run now: ligase resume ${shortId(run.id)}`)];
  return `${[`${green("✓")} ${name} ${wanted.outcome}${kept}`, ...next].join("\n")}\n`;
}
