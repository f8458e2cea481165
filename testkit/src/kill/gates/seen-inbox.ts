import type { StreamEvent } from "./stream-events.ts";

interface SeenGate {
  readonly id: string;
  readonly isEscalated: boolean;
}

/**
 * What waits for people, as somebody knows it who follows the inbox. What they do not hear of is not decided, and what they
 * do not hear to be closed never leaves their list: so nothing may be lost.
 */
export class SeenInbox {
  #open = new Map<string, SeenGate>();
  readonly #closed = new Set<string>();
  /** Whether a service that lives has told how it stands. */
  #isPresent = false;
  readonly broken: string[] = [];

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#isPresent && this.#open.size === 0;
  }

  /** Its service died. */
  lost(): void {
    this.#isPresent = false;
  }

  /** Gives the ids of gates that wait for somebody since this event. */
  hear({ type, data }: StreamEvent): readonly string[] {
    switch (type) {
      case "state":
        return this.#begin((data as { readonly gates: readonly SeenGate[] }).gates);
      case "opened":
      case "changed":
        return this.#put(data as SeenGate);
      case "closed":
        this.#close((data as SeenGate).id);
        return [];
      default:
        return [];
    }
  }

  #begin(gates: readonly SeenGate[]): readonly string[] {
    this.#isPresent = true;
    const before = this.#open;
    this.#open = new Map();
    for (const gate of gates) this.#put(gate);
    for (const id of before.keys()) if (!this.#open.has(id)) this.#close(id);
    return [...this.#open.keys()];
  }

  /** It is new, or more people may decide it than before. */
  #put(gate: SeenGate): readonly string[] {
    const { id, isEscalated } = gate;
    if (this.#closed.has(id)) this.broken.push(`the inbox: gate ${id} waits again after it was closed`);
    const before = this.#open.get(id);
    this.#open.set(id, gate);
    return before === undefined || (isEscalated && !before.isEscalated) ? [id] : [];
  }

  #close(id: string): void {
    this.#open.delete(id);
    this.#closed.add(id);
  }
}
