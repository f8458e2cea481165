import { encode, hashText } from "@ligase/sdk/values";
import type { DecisionRows, EntryRow, SignalRow } from "./decision-rows.ts";
import { brokenHistory } from "./gate-history.ts";
import type { PlannedGate } from "./planned-gate.ts";

/**
 * What does not hold of the decisions that a store has, looked at from outside: gates, signals and audit chains.
 *
 * @param setBackMs by so much clocks were set back meanwhile
 */
export function brokenDecisions(
  rows: DecisionRows,
  plannedGate: (name: string) => PlannedGate | undefined,
  setBackMs = 0,
): readonly string[] {
  return rows.runs.flatMap(({ number, launcher }) => {
    const chain = rows.entries.filter(({ run }) => run === number);
    const signals = rows.signals.filter(({ run }) => run === number);
    const gates = rows.gates.filter(({ run }) => run === number);
    const histories = gates.flatMap((gate) => {
      const planned = plannedGate(gate.name);
      if (planned === undefined) return [`gate ${gate.path} opened, which nobody planned`];
      return brokenHistory({ gate, planned, launcher, rows, chain, setBackMs });
    });
    return [...brokenChain(chain), ...unlikeSignals(chain, signals), ...histories];
  });
}

/** Every entry follows from the one before it. */
function brokenChain(chain: readonly EntryRow[]): readonly string[] {
  let before = "";
  for (const [index, { number, at, actor, action, subject, detail, hash }] of chain.entries()) {
    const entry = { number, at, actor, action, subject, detail };
    if (number !== index + 1 || hash !== hashText(before + encode(entry)))
      return [`the audit chain breaks at its entry ${index + 1}`];
    before = hash;
  }
  return [];
}

/** Entries of decisions by the state of their signal. */
const ACTIONS: Readonly<Record<string, string>> = {
  used: "voted",
  replaced: "voted",
  refused: "refused",
  early: "signalled-early",
};

/** Every signal has its entry, and every entry of a decision its signal. */
function unlikeSignals(chain: readonly EntryRow[], signals: readonly SignalRow[]): readonly string[] {
  const hashes = signals.map(({ decision }) => hashText(encode(decision, { locations: true })));
  const told = new Set(chain.map(({ action, detail }) => `${action} ${detail["decision"]}`));
  const stored = new Set(hashes);
  return [
    ...signals.flatMap(({ state, voter, address }, index) =>
      told.has(`${ACTIONS[state]} ${hashes[index]}`)
        ? []
        : [`what ${voter} sent to ${address} is ${state} and not in the audit chain`],
    ),
    ...chain.flatMap(({ action, actor, subject, detail }) =>
      Object.values(ACTIONS).includes(action) && !stored.has(detail["decision"] ?? "")
        ? [`the audit chain says that ${actor} ${action} ${subject}, and there is no such signal`]
        : [],
    ),
  ];
}
