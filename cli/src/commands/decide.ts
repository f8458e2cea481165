import { defineCommand, type Given } from "../command.ts";
import type { Wanted } from "../decide/decide-gate.ts";
import type { OptionTable } from "../options.ts";
import type { World } from "../world.ts";

const RUN = { name: "RUN", about: "the run, by its id or the beginning of it" } as const;
const GATE = {
  name: "GATE",
  about: "the gate, by name or path; needed when more than one is open",
  optional: true,
} as const;
const OPTIONS = {
  comment: { kind: "text", short: "m", value: "TEXT", about: "why; kept with the decision" },
  seen: {
    kind: "text",
    value: "HASH",
    about: "content that was looked at, as `show` tells it: refused when the gate shows something else",
  },
} as const satisfies OptionTable;
const VALUE = { kind: "text", value: "JSON|@FILE" } as const;

type DecideOptions = Given<typeof OPTIONS>["options"] & { readonly value?: string | undefined };

/** `ligase approve RUN [GATE]` */
export const approve = defineCommand({
  name: "approve",
  about: "Approves what a gate shows; the run goes on when as many agree as the gate asks for.",
  positionals: [RUN, GATE],
  options: { ...OPTIONS, value: { ...VALUE, about: "the edited value, where the gate lets it be edited" } },
  examples: [
    "ligase approve 0198c2f1-4a3b",
    'ligase approve 0198c2f1-4a3b quality -m "reads look fine"',
    "ligase approve 0198c2f1-4a3b samples --value @edited.json",
  ],
  run: ({ options, positionals: [run = "", gate] }, world) =>
    decide({ run, gate, outcome: "approved" }, options, world),
});

/** `ligase reject RUN [GATE]` */
export const reject = defineCommand({
  name: "reject",
  about: "Rejects what a gate shows; the run fails, unless it handles rejections.",
  positionals: [RUN, GATE],
  options: OPTIONS,
  examples: ['ligase reject 0198c2f1-4a3b quality -m "S2 is contaminated"'],
  run: ({ options, positionals: [run = "", gate] }, world) =>
    decide({ run, gate, outcome: "rejected" }, options, world),
});

/** `ligase signal RUN GATE VALUE` */
export const signal = defineCommand({
  name: "signal",
  about:
    "Gives a gate the value that it waits for. Lists and records are JSON; - reads it from standard input.",
  positionals: [
    RUN,
    { name: "GATE", about: "the gate, by name or path" },
    { name: "VALUE", about: "the value, by the gate's type" },
  ],
  options: OPTIONS,
  examples: ["ligase signal 0198c2f1-4a3b threshold 0.05", "ligase signal 0198c2f1-4a3b lanes '[1, 2]'"],
  async run({ options, positionals: [run = "", gate = "", value = ""] }, world) {
    const text = value === "-" ? (await world.readInput()).trimEnd() : value;
    return await decide({ run, gate, outcome: "answered", text }, options, world);
  },
});

/** `ligase answer RUN [GATE]` */
export const answer = defineCommand({
  name: "answer",
  about: "Asks for the value that a gate waits for, field by field, and sends it when you say so.",
  positionals: [RUN, GATE],
  options: { ...OPTIONS, value: { ...VALUE, about: "the whole value; nothing is asked then" } },
  examples: ["ligase answer 0198c2f1-4a3b plan", "ligase answer 0198c2f1-4a3b plan --value @plan.json"],
  async run({ options, positionals: [run = "", gate] }, world) {
    const { answerGate } = await import("../form/answer-gate.ts");
    return await answerGate({ run, gate }, options, world);
  },
});

async function decide(wanted: Wanted, options: DecideOptions, world: World): Promise<number> {
  const { decideGate } = await import("../decide/decide-gate.ts");
  return await decideGate(wanted, options, world);
}
