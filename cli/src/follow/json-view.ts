import type { GateRecord, RunEvent } from "@ligase/engine";
import { jsonValue } from "@ligase/sdk/values";
import type { World } from "../world.ts";
import type { RunView, ViewedEnd } from "./run-view.ts";

/** A run for machines: one JSON document a line for each event; the last is `run-ended`. */
export class JsonView implements RunView {
  readonly #world: World;
  #run = "";

  constructor(world: World) {
    this.#world = world;
  }

  begin(run: { readonly id: string }, name: string): void {
    this.#run = run.id;
    this.#write({ kind: "run-started", name });
  }

  event(event: RunEvent): void {
    // The end comes from the run itself, with the exit that this process makes of it.
    if (event.kind !== "run-ended") this.#write(event);
  }

  tick(): void {}

  note(text: string): void {
    this.#write({ kind: "note", text });
  }

  waitsFor(gate: GateRecord): void {
    this.#write({ kind: "gate-waits", gate: gate.id, path: gate.path });
  }

  end({ end, interrupted }: ViewedEnd): void {
    this.#write({ kind: "run-ended", status: end.status, value: end.value, error: end.error, interrupted });
  }

  #write(document: object): void {
    const { kind, ...rest } = jsonValue(document) as { readonly kind: string };
    this.#world.out.write(`${JSON.stringify({ kind, time: this.#world.now(), run: this.#run, ...rest })}\n`);
  }
}
