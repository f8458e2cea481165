import type { Engine, GateRecord } from "@ligase/engine";
import { placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readSignalValue } from "../inputs/signal-value.ts";
import type { CommonOptions } from "../options.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { tellDecided, type Decided } from "./decision-text.ts";
import { findGate, type NamedGate } from "./find-gate.ts";
import { givenValue } from "./given-value.ts";

/** What is to be decided, as it was typed. */
export interface Wanted {
  readonly run: string;
  readonly gate: string | undefined;
  readonly outcome: Decided["outcome"];
  /** The value of an answer as it was typed. */
  readonly text?: string;
}

type DecideOptions = CommonOptions & {
  readonly comment: string | undefined;
  readonly seen: string | undefined;
  /** An edited value. */
  readonly value?: string | undefined;
};

/** Records a decision and tells what came of it. */
export async function decideGate(wanted: Wanted, options: DecideOptions, world: World): Promise<number> {
  const engine = await world.openEngine(placeOf(options));
  try {
    const named = await findGate(engine, wanted.run, wanted.gate);
    if (named.gate !== null) refuseOtherKind(named.gate, wanted.outcome);
    const value = valueOf(wanted, options.value, named, world);
    const decided = sendDecision(engine, named, {
      outcome: wanted.outcome,
      by: world.user(),
      comment: options.comment ?? null,
      ...(value === undefined ? {} : { value }),
      ...(options.seen === undefined ? {} : { seen: options.seen }),
    });
    tellDecided(named, decided, { json: options.json, world });
    return EXIT.ok;
  } finally {
    await engine.close();
  }
}

interface Sent {
  readonly outcome: Decided["outcome"];
  readonly by: string;
  readonly comment: string | null;
  readonly value?: unknown;
  /** Content hash, or the beginning of it, of what the person looked at. */
  readonly seen?: string;
}

/** Sends a decision on the gate as it was looked up: the engine refuses it when the gate shows something else (C23). */
export function sendDecision(engine: Engine, named: NamedGate, { seen, ...decision }: Sent): Decided {
  const { run, address, gate } = named;
  const hash = contentHash(gate, seen);
  const result = engine.decide({
    run: run.id,
    gate: address,
    ...decision,
    ...(hash === undefined ? {} : { contentHash: hash }),
  });
  const votes = result === "kept" ? [] : engine.inspect.votes(run.id, result.id);
  return { outcome: decision.outcome, result, votes };
}

/** The whole hash of the beginning that a person gives; one that is of something else is sent as it is. */
function contentHash(gate: GateRecord | null, seen: string | undefined): string | undefined {
  if (seen === undefined) return gate?.contentHash;
  const isBeginning = (whole: string): boolean => seen.length >= 6 && whole.startsWith(seen);
  const fits = gate !== null && [gate.contentHash, gate.contentHash.replace(/^\d+:/, "")].some(isBeginning);
  return fits ? gate.contentHash : seen;
}

/** Throws the problem `decision-not-fitting` when a gate of this kind is decided otherwise. */
export function refuseOtherKind({ kind, name }: GateRecord, outcome: Decided["outcome"]): void {
  const command = { approved: "approve", rejected: "reject", answered: "signal" }[outcome];
  const fits = outcome === "answered" ? kind === "input" : kind === "approve" || kind === "review";
  if (!fits) throw new Problem("decision-not-fitting", { gate: name, kind, command });
}

function valueOf(
  { text, outcome }: Wanted,
  edited: string | undefined,
  { gate, address }: NamedGate,
  { cwd }: World,
): unknown {
  if (edited !== undefined) {
    if (outcome === "approved" && gate !== null && gate.schema === null)
      throw new Problem("gate-not-editable", { gate: gate.name });
    return givenValue(edited, cwd);
  }
  if (text === undefined) return undefined;
  const read = readSignalValue(text, gate?.schema ?? null, cwd);
  if (read.ok) return read.value;
  throw new Problem("signal-value-invalid", { gate: gate?.name ?? address, problems: read.problems });
}
