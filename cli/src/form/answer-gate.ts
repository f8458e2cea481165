import type { GateRecord } from "@ligase/engine";
import { compileParse, formatIssues, toJsonForm, type TypeIr } from "@ligase/sdk/internal";
import { sendingOf } from "../decide/decide-gate.ts";
import { tellDecided } from "../decide/decision-text.ts";
import { findGate } from "../decide/find-gate.ts";
import { givenValue } from "../decide/given-value.ts";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { Desk } from "../desk/desk.ts";
import type { DeskOptions } from "../desk/desk-options.ts";
import { openDesk } from "../desk/open-desk.ts";
import { EXIT } from "../exit-code.ts";
import { gateLines } from "../output/gate-text.ts";
import { gateAddress, isForPeople, shortId } from "../output/run-names.ts";
import { showValue } from "../output/show-value.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import { LineReader } from "./line-reader.ts";
import { fillForm } from "./fill-form.ts";
import { choiceQuestion, NOTHING, type Question } from "./question.ts";

type AnswerOptions = DeskOptions & Readonly<Record<"comment" | "seen" | "value", string | undefined>>;

/** A value and, where the gate wants one, a comment; or how the person left the form. */
type Filled = { readonly kind: "filled"; readonly value: unknown; readonly comment: string | null } | Left;

/** The two ways to leave a form; by these very objects they are told from values. */
const LEFT = { end: { kind: "end" }, interrupt: { kind: "interrupt" } } as const;
type Left = (typeof LEFT)[keyof typeof LEFT];

/** Fills in the form of a gate with somebody at the terminal and sends it; with `--value` nothing is asked. */
export async function answerGate(
  { run, gate }: { readonly run: string; readonly gate: string | undefined },
  options: AnswerOptions,
  world: World,
): Promise<number> {
  const desk = await openDesk(options, world);
  try {
    const named = await findGate(desk, run, gate);
    const outcome = outcomeOf(named.gate);
    const filled = await fill(named, desk, options, world);
    if (filled.kind !== "filled") {
      world.out.write("Nothing was sent.\n");
      return filled.kind === "interrupt" ? EXIT.interrupted : EXIT.waiting;
    }
    const { value, comment } = filled;
    const sending = sendingOf(named, { outcome, value, comment, seen: options.seen });
    tellDecided(await desk.decide([sending]), { json: options.json, world });
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}

/** A form gives the value that is asked for, or edits the one that is approved. */
function outcomeOf(gate: GateRecord | null): Decided["outcome"] {
  if (gate === null || gate.kind === "input") return "answered";
  if (isForPeople(gate) && gate.schema !== null) return "approved";
  throw new Problem("decision-not-fitting", { gate: gate.name, kind: gate.kind, command: "answer" });
}

async function fill(
  { run, gate, address }: NamedGate,
  desk: Desk,
  { comment, value }: Pick<AnswerOptions, "comment" | "value">,
  world: World,
): Promise<Filled> {
  if (value !== undefined)
    return { kind: "filled", value: givenValue(value, world.cwd), comment: comment ?? null };
  if (gate === null) throw new Problem("gate-not-found", { run: shortId(run.id), gate: address });
  if (gate.status !== "open") {
    const { outcome = "closed", by = null } = gate.decision ?? {};
    throw new Problem("gate-already-resolved", { gate: gate.path, outcome, by: by ?? "the engine" });
  }
  const keyboard = world.out.isTerminal ? await world.openKeyboard() : null;
  if (keyboard === null)
    throw new Problem("form-needs-terminal", { run: shortId(run.id), gate: gateAddress(gate, [gate]) });
  const { palette } = world.out;
  const votes = await desk.votes(gate);
  const options = { palette, width: world.out.size().width, cwd: world.cwd, now: world.now(), votes };
  world.out.write(`${gateLines(gate, options).join("\n")}\n\n`);
  const lines = new LineReader(keyboard, world.out);
  try {
    return await new FormDialogue(gate, lines, world).fill(comment ?? null);
  } finally {
    lines.close();
  }
}

class FormDialogue {
  readonly #gate: GateRecord;
  readonly #type: TypeIr;
  readonly #lines: LineReader;
  readonly #world: World;

  constructor(gate: GateRecord, lines: LineReader, world: World) {
    this.#gate = gate;
    this.#type = gate.schema ?? { kind: "any" };
    this.#lines = lines;
    this.#world = world;
  }

  /** Asks until the whole value fits its type and the person says that it is to be sent. */
  async fill(comment: string | null): Promise<Filled> {
    let given = startOf(this.#gate, this.#type);
    for (;;) {
      const value = await this.#value(given);
      if (isLeft(value)) return value;
      given = value;
      if (!this.#show(value)) continue;
      const what = await this.#question(choiceQuestion({ label: "send it?" }, ["yes", "change", "later"]));
      if (isLeft(what)) return what;
      if (what === "later") return LEFT.end;
      if (what === "change") continue;
      const why = comment ?? (await this.#comment());
      return isLeft(why) ? why : { kind: "filled", value, comment: why };
    }
  }

  async #value(given: unknown): Promise<unknown> {
    const form = fillForm({ label: "", field: { type: this.#type }, given, cwd: this.#world.cwd });
    let next = form.next();
    while (next.done !== true) {
      const answer = await this.#question(next.value);
      if (isLeft(answer)) return answer;
      next = form.next(answer);
    }
    return next.value;
  }

  /** Asks until the answer can be read. */
  async #question({ label, about, fallback, read }: Question): Promise<unknown> {
    const { bold, dim, yellow } = this.#world.out.palette;
    this.#world.out.write(`${bold(label || this.#gate.name)}  ${dim(about)}\n`);
    for (;;) {
      const line = await this.#lines.ask(fallback === null ? "  > " : `  ${dim(`[${fallback}]`)} > `);
      if (line.kind !== "line") return LEFT[line.kind];
      const answer = read(line.text);
      if (answer.ok) return answer.value;
      this.#world.out.write(`  ${yellow(answer.problem)}\n`);
    }
  }

  /** Shows the value as a whole, or what is wrong with it; true when it can be sent. */
  #show(value: unknown): boolean {
    const { out, cwd } = this.#world;
    const parsed = compileParse(this.#type, { form: "json", baseDir: cwd })(value);
    if (!parsed.ok) {
      out.write(`\n${out.palette.yellow(formatIssues(parsed.issues))}\n\n`);
      return false;
    }
    const options = { palette: out.palette, width: out.size().width - 2, cwd, type: this.#type };
    const shown = showValue(parsed.value, options).map((line) => `  ${line}`);
    out.write(`\n${shown.join("\n")}\n\n`);
    return true;
  }

  async #comment(): Promise<string | null | Left> {
    if (!this.#gate.policy.requireComment) return null;
    const why = await this.#question({
      label: "why?",
      about: "kept with the decision",
      fallback: null,
      read: (text) =>
        text.trim() === ""
          ? {
              ok: false,
              problem: "this gate wants a reason",
            }
          : {
              ok: true,
              value: text.trim(),
            },
    });
    return why as string | Left;
  }
}

/** What the form begins with: the value to be edited, or the default. */
function startOf({ kind, value, policy }: GateRecord, type: TypeIr): unknown {
  return kind === "approve" || policy.onTimeout === "default" ? toJsonForm(type, value) : NOTHING;
}

const isLeft = (value: unknown): value is Left => value === LEFT.end || value === LEFT.interrupt;
