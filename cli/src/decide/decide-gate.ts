import type { GateRecord } from "@ligase/engine";
import type { Desk, Sending } from "../desk/desk.ts";
import type { DeskOptions } from "../desk/desk-options.ts";
import { openDesk } from "../desk/open-desk.ts";
import { EXIT } from "../exit-code.ts";
import { readSignalValue } from "../inputs/signal-value.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { tellDecided } from "./decision-text.ts";
import { findGate } from "./find-gate.ts";
import { givenValue } from "./given-value.ts";
import type { Decided, NamedGate } from "./named-gate.ts";

/** What is to be decided, as it was typed. */
export interface Wanted {
  readonly run: string;
  readonly gate: string | undefined;
  readonly outcome: Decided["outcome"];
  /** The value of an answer as it was typed. */
  readonly text?: string;
}

type DecideOptions = DeskOptions & {
  readonly comment: string | undefined;
  readonly seen: string | undefined;
  /** An edited value. */
  readonly value?: string | undefined;
};

/** Records decisions, of which all count or none, and tells what came of them. */
export async function decideGates(
  wanted: readonly Wanted[],
  options: DecideOptions,
  world: World,
): Promise<number> {
  const desk = await openDesk(options, world);
  try {
    const all: Sending[] = [];
    for (const one of wanted) all.push(await readWanted(desk, one, { options, world }));
    tellDecided(await desk.decide(all), { json: options.json, world });
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}

async function readWanted(
  desk: Desk,
  wanted: Wanted,
  { options, world }: { readonly options: DecideOptions; readonly world: World },
): Promise<Sending> {
  const named = await findGate(desk, wanted.run, wanted.gate);
  if (named.gate !== null) refuseOtherKind(named.gate, wanted.outcome);
  const value = valueOf(wanted, options.value, named, world);
  const { comment = null, seen } = options;
  return sendingOf(named, { outcome: wanted.outcome, value, comment, seen });
}

interface Sent {
  readonly outcome: Decided["outcome"];
  readonly value: unknown;
  readonly comment: string | null;
  /** Content hash, or the beginning of it, of what the person looked at. */
  readonly seen: string | undefined;
}

/** A decision on a gate as it was looked up: it is refused when the gate shows something else by now (C23). */
export function sendingOf(named: NamedGate, { seen, value, ...sent }: Sent): Sending {
  const hash = contentHash(named.gate, seen);
  return {
    named,
    sent: {
      ...sent,
      ...(value === undefined ? {} : { value }),
      ...(hash === undefined ? {} : { contentHash: hash }),
    },
  };
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
