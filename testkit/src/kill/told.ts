/** A gate as the program shows it. */
export interface ShownGate {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** What the program told the outside about a run: whatever happens then, it must hold (R9). */
export interface Told {
  /** The run was begun: its id. */
  run: string | null;
  /** The run succeeded, with this value. */
  succeeded: { readonly value: unknown } | null;
  /** Gates that were shown. */
  readonly gates: Map<string, ShownGate>;
  /** Decisions that were accepted, by gate id; by whom, where that is known. */
  readonly decided: Map<string, { readonly outcome: string; readonly by: string | null }>;
}

export function nothingTold(): Told {
  return { run: null, succeeded: null, gates: new Map(), decided: new Map() };
}

interface Line {
  readonly kind?: string;
  readonly run?: string;
  readonly status?: string;
  readonly value?: unknown;
  readonly gate?: ShownGate | string;
  readonly outcome?: string;
  readonly runs?: readonly string[];
}

/** Takes a line that `ligase run --json` or another command printed; gives the gate that it shows, if it does. */
export function hear(told: Told, line: string): ShownGate | null {
  const { kind, run, status, value, gate, outcome } = parsed(line);
  if (run !== undefined && kind === "run-started") told.run = run;
  if (kind === "run-ended" && status === "succeeded") told.succeeded = { value };
  if (kind === "decided" && typeof gate === "string")
    told.decided.set(gate, { outcome: outcome ?? "", by: null });
  if (kind !== "gate-opened" || typeof gate !== "object") return null;
  told.gates.set(gate.id, gate);
  return gate;
}

/** How many runs a line of `ligase take-over --json` tells to be taken over. */
export function takenOver(line: string): number {
  const { kind, runs = [] } = parsed(line);
  return kind === "taken-over" ? runs.length : 0;
}

/** A process that is killed may leave half a line. */
function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}
