import { timeAll, timeAnswer, timeAnswers } from "./answers.ts";
import { numbersFrom, type GateEngine } from "./gate-engine.ts";
import { lookWhileIdle, type Idle } from "./idle.ts";

/** What a peer's program is asked to measure. */
export type PeerWork =
  | { readonly kind: "answers"; readonly count: number }
  | { readonly kind: "parked"; readonly runs: number; readonly alone: number; readonly idleMs: number };

export interface PeerParked extends Idle {
  /** Seconds of answers one after another. */
  readonly alone: readonly number[];
  /** Seconds until all others have ended. */
  readonly all: number;
}

/** An engine that is not Ligase: its memory and processor time are those of its server, too. */
export interface PeerEngine extends GateEngine {
  readonly serverPid: number;
  /** Resolves when runs that wait, so many, hold as little as they ever will. */
  settled(count: number): Promise<void>;
}

/** Runs that are answered before others are parked: code is compiled, connections and caches are there. */
const WARM = 100;

export const measurePeer = (engine: PeerEngine, work: PeerWork): Promise<PeerParked | readonly number[]> =>
  work.kind === "answers" ? timeAnswers(engine, work.count) : measureParked(engine, work);

async function measureParked(
  engine: PeerEngine,
  { runs, alone, idleMs }: Extract<PeerWork, { kind: "parked" }>,
): Promise<PeerParked> {
  const warm = numbersFrom(0, WARM);
  await engine.start(warm);
  await timeAll(engine, warm);
  const parked = numbersFrom(WARM, runs);
  await engine.start(parked);
  await engine.settled(runs);
  const idle = await lookWhileIdle(idleMs, engine.serverPid);
  const seconds: number[] = [];
  for (const run of parked.slice(0, alone)) seconds.push(await timeAnswer(engine, run));
  return { ...idle, alone: seconds, all: await timeAll(engine, parked.slice(alone)) };
}
