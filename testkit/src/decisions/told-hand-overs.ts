import type { DecisionRows } from "./decision-rows.ts";
import type { SentHandOver } from "./hand-over.ts";

/** Hand-overs that were accepted: each holds for ever (R9). */
export class ToldHandOvers {
  readonly #told: { readonly gate: string; readonly sent: SentHandOver }[] = [];

  accepted(gate: string, sent: SentHandOver): void {
    this.#told.push({ gate, sent });
  }

  broken({ gates }: DecisionRows): readonly string[] {
    const byId = new Map(gates.map((gate) => [gate.id, gate]));
    return this.#told.flatMap(({ gate: id, sent }) => {
      const handed = byId.get(id)?.deciders?.handedOver ?? [];
      const isThere = handed.some(
        ({ by, comment, to }) =>
          by === sent.by &&
          comment === sent.comment &&
          to.users.join() === sent.to.users.join() &&
          to.roles.join() === sent.to.roles.join(),
      );
      return isThere ? [] : [`${sent.by} handed a gate over (${sent.comment}), and it is not`];
    });
  }
}
