import type { ReadRows } from "../../decisions/decision-rows.ts";
import type { PlannedPerson } from "../../decisions/people.ts";
import type { PlannedGate } from "../../decisions/planned-gate.ts";
import type { Seeded } from "../seeded.ts";
import type { ClientRequest } from "./client-request.ts";
import type { Clients } from "./clients.ts";
import type { ClientAnswer } from "./lines.ts";
import { NOT_REACHED } from "./service-request.ts";
import { Shift } from "./shift.ts";

/** Who gets no answer sends it again after so long. */
const AGAIN_MS = 50;

export interface ProgramsOptions {
  readonly clients: Clients;
  readonly gates: ReadonlyMap<string, PlannedGate>;
  readonly seeded: Seeded;
  readonly read: ReadRows;
  /** Called when something was accepted. */
  readonly accepted: () => void;
}

/**
 * Programs outside, which send things until they are answered: through the deaths of the process that they send them to,
 * and of those that send them.
 */
export abstract class Programs<Sent> {
  protected readonly options: ProgramsOptions;
  protected readonly shift = new Shift();
  /** What was not answered when its process had died. */
  #unanswered: Sent[] = [];
  /** Things that were sent until they were answered. */
  answers = 0;
  /** Answers that there may not be. */
  readonly broken: string[] = [];

  constructor(options: ProgramsOptions) {
    this.options = options;
  }

  /** Whether the graph has anything for them. */
  protected abstract readonly areThere: boolean;
  protected abstract start(): void;
  /** Sends something until it is answered. */
  protected abstract send(what: Sent): Promise<void>;

  /** The process under test can be worked with. */
  begin(): void {
    if (!this.areThere || !this.shift.begin()) return;
    const before = this.#unanswered;
    this.#unanswered = [];
    for (const what of before) this.shift.do(this.send(what));
    this.start();
  }

  /** It is dead, and nothing is under way any more. */
  async end(): Promise<void> {
    this.shift.end();
    await this.shift.settled();
  }

  /** It is sent when the process lives again. */
  protected later(what: Sent): void {
    this.#unanswered.push(what);
  }

  /** Sends it again and again while the process lives; null when it died first. */
  protected async answerTo(by: PlannedPerson, request: ClientRequest): Promise<ClientAnswer | null> {
    for (;;) {
      const answer = await this.askOnce(by, request);
      if (answer !== null) {
        this.answers++;
        return answer;
      }
      if (!this.shift.isOn) return null;
      await this.shift.wait(AGAIN_MS);
    }
  }

  /** Null when it has to be sent again. */
  protected async askOnce(
    { name, roles }: PlannedPerson,
    request: ClientRequest,
    options?: { readonly isSafe: boolean },
  ): Promise<ClientAnswer | null> {
    const { clients } = this.options;
    const by = { by: name, ...(roles === undefined ? {} : { roles }) };
    const answer = await clients.ask(by, request, options);
    if (answer === null || answer.code === NOT_REACHED) return null;
    if (answer.code !== undefined && clients.isAway(answer.code)) return null;
    return answer;
  }
}
