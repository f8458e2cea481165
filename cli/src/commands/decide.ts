import { defineCommand, usageOf, type Command, type Given } from "../command.ts";
import type { Wanted } from "../decide/decide-gate.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
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
  ...DESK_OPTIONS,
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
    decide([{ run, gate, outcome: "approved" }], options, world),
});

/** `ligase reject RUN [GATE]` */
export const reject = defineCommand({
  name: "reject",
  about: "Rejects what a gate shows; the run fails, unless it handles rejections.",
  positionals: [RUN, GATE],
  options: OPTIONS,
  examples: ['ligase reject 0198c2f1-4a3b quality -m "S2 is contaminated"'],
  run: ({ options, positionals: [run = "", gate] }, world) =>
    decide([{ run, gate, outcome: "rejected" }], options, world),
});

/** `ligase signal RUN GATE VALUE`, `ligase signal RUN GATE=VALUE …` */
export const signal: Command<typeof OPTIONS> = defineCommand({
  name: "signal",
  about: [
    "Gives a gate the value that it waits for, or an input that comes later; before it is needed, too. Lists and records are",
    "JSON; - reads the value from standard input. Of several, written GATE=VALUE, all count or none.",
  ].join("\n"),
  positionals: [
    RUN,
    { name: "GATE", about: "the gate, by name or path; or GATE=VALUE, once or several times" },
    { name: "VALUE", about: "the value, by the gate's type", optional: true, many: true },
  ],
  options: OPTIONS,
  examples: [
    "ligase signal 0198c2f1-4a3b threshold 0.05",
    "ligase signal 0198c2f1-4a3b lanes '[1, 2]'",
    "ligase signal 0198c2f1-4a3b threshold=0.05 lanes='[1, 2]'",
  ],
  async run({ options, positionals: [run = "", ...words] }, world) {
    const { readAnswers } = await import("../decide/read-answers.ts");
    const answers = await readAnswers(words, { usage: usageOf(signal), world });
    return await decide(
      answers.map((answer) => ({ run, outcome: "answered", ...answer })),
      options,
      world,
    );
  },
});

/** `ligase hand-over RUN [GATE] --to USER` */
export const handOver = defineCommand({
  name: "hand-over",
  about: [
    "Gives an open gate to others to decide. What it asks for stays, and so do votes that were given. You decide it no more,",
    "unless you name yourself.",
  ].join("\n"),
  positionals: [RUN, GATE],
  options: {
    to: { kind: "list", value: "USER", about: "who decides it from now on; may be given several times" },
    "to-role": { kind: "list", value: "ROLE", about: "everybody with this role; may be given several times" },
    comment: OPTIONS.comment,
    ...DESK_OPTIONS,
  },
  examples: [
    'ligase hand-over 0198c2f1-4a3b quality --to ana -m "I am away until Monday"',
    "ligase hand-over 0198c2f1-4a3b quality --to-role approver",
  ],
  async run({ options, positionals: [run = "", gate] }, world) {
    const { handOverGate } = await import("../decide/hand-over-gate.ts");
    return await handOverGate({ run, gate }, options, world);
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

async function decide(wanted: readonly Wanted[], options: DecideOptions, world: World): Promise<number> {
  const { decideGates } = await import("../decide/decide-gate.ts");
  return await decideGates(wanted, options, world);
}
