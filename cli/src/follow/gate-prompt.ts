import type { GateRecord } from "@ligase/engine";
import type { Palette } from "../output/palette.ts";
import { needsValue } from "../output/run-names.ts";
import { printable } from "../output/visible-text.ts";
import type { Key } from "../world.ts";

/* The dialogue about one gate, as data: where it stands, what a key does to it, and the line it shows. */

export type PromptState =
  | { readonly step: "choose"; readonly typed: string; readonly hint: string | null }
  | {
      readonly step: "comment";
      readonly outcome: "approved" | "rejected";
      readonly typed: string;
      readonly hint: string | null;
    }
  | { readonly step: "value"; readonly typed: string; readonly hint: string | null }
  | { readonly step: "decided"; readonly outcome: "approved" | "rejected"; readonly comment: string | null }
  | { readonly step: "answered"; readonly text: string }
  | { readonly step: "later" };

/** Where the dialogue begins: a choice, or for an input the value. */
export function openPrompt({ kind }: GateRecord): PromptState {
  return kind === "input"
    ? { step: "value", typed: "", hint: null }
    : { step: "choose", typed: "", hint: null };
}

/** Where the dialogue stands after a key. */
export function pressKey(state: PromptState, key: Key, gate: GateRecord): PromptState {
  if (!("typed" in state)) return state;
  switch (key.kind) {
    case "text":
      return { ...state, typed: state.typed + key.text, hint: null };
    case "backspace":
      return { ...state, typed: [...state.typed].slice(0, -1).join("") };
    case "clear":
      return { ...state, typed: "" };
    case "end":
      return { step: "later" };
    case "enter":
      return enter(state, gate);
    case "interrupt":
      return state;
  }
}

/** The line at which the person types. */
export function promptLine(state: PromptState, gate: GateRecord, palette: Palette): string {
  if (!("typed" in state)) return "";
  const { bold, dim, yellow } = palette;
  const hint = state.hint === null ? "" : `  ${yellow(state.hint)}`;
  const cursor = dim("▏");
  switch (state.step) {
    case "choose":
      return `${bold("[a]")}pprove  ${bold("[r]")}eject  ${bold("[l]")}ater > ${printable(state.typed)}${cursor}${hint}`;
    case "comment": {
      const needed = gate.policy.requireComment ? "" : dim(" (may be empty)");
      return `${state.outcome}; why?${needed} > ${printable(state.typed)}${cursor}${hint}`;
    }
    case "value":
      return `value, or empty for later > ${printable(state.typed)}${cursor}${hint}`;
  }
}

/** The same dialogue at the value again, with what was wrong. */
export function askAgain(typed: string, hint: string): PromptState {
  return { step: "value", typed, hint };
}

type Typing = Extract<PromptState, { readonly typed: string }>;

function enter(state: Typing, gate: GateRecord): PromptState {
  const typed = state.typed.trim();
  switch (state.step) {
    case "choose":
      return choose(typed.toLowerCase(), gate);
    case "comment":
      if (typed === "" && gate.policy.requireComment) return { ...state, hint: "this gate wants a reason" };
      return { step: "decided", outcome: state.outcome, comment: typed === "" ? null : typed };
    case "value":
      return typed === "" ? { step: "later" } : { step: "answered", text: typed };
  }
}

function choose(word: string, gate: GateRecord): PromptState {
  const is = (choice: string): boolean => word !== "" && choice.startsWith(word);
  if (is("approve") || word === "yes" || word === "y")
    return needsValue(gate)
      ? { step: "value", typed: "", hint: null }
      : { step: "comment", outcome: "approved", typed: "", hint: null };
  if (is("reject") || word === "no" || word === "n")
    return { step: "comment", outcome: "rejected", typed: "", hint: null };
  if (is("later")) return { step: "later" };
  return { step: "choose", typed: "", hint: "type a, r or l, then Enter" };
}
