import { forEachRun, numbersFrom, type GateEngine } from "./gate-engine.ts";

/** So few wait at a time that all of them are still in memory when their turn comes. */
const ROUND = 50;

/**
 * Seconds from before each answer until the code behind it runs, one after another; a tenth as many go before. `between`
 * is called after each that counts.
 */
export async function timeAnswers(
  engine: GateEngine,
  count: number,
  between: () => void = () => undefined,
): Promise<readonly number[]> {
  const warm = Math.ceil(count / 10);
  await timeRound(engine, numbersFrom(0, warm), () => undefined);
  const seconds: number[] = [];
  for (let done = 0; done < count; done += ROUND) {
    const runs = numbersFrom(warm + done, Math.min(ROUND, count - done));
    seconds.push(...(await timeRound(engine, runs, between)));
  }
  return seconds;
}

async function timeRound(
  engine: GateEngine,
  runs: readonly number[],
  between: () => void,
): Promise<readonly number[]> {
  await engine.start(runs);
  const seconds: number[] = [];
  for (const run of runs) {
    seconds.push(await timeAnswer(engine, run));
    between();
  }
  return seconds;
}

/** One answer; gives the seconds when its run has ended. */
export async function timeAnswer(engine: GateEngine, run: number): Promise<number> {
  const [resumed, ended] = [engine.resumed.next(run), engine.ended.next(run)];
  const start = performance.now();
  const [at] = await Promise.all([resumed, engine.answer(run), ended]);
  return (at - start) / 1000;
}

/** Seconds until runs that are answered a hundred at a time have all ended. */
export async function timeAll(engine: GateEngine, runs: readonly number[]): Promise<number> {
  const ended = engine.ended.more(runs.length);
  const start = performance.now();
  await forEachRun(runs, (run) => engine.answer(run));
  await ended;
  return (performance.now() - start) / 1000;
}
