import { besideOf, median, quantile } from "../measuring/alternate.ts";
import { measureAnswers, parkRuns, wakeRuns, type Woken } from "../measuring/gates.ts";
import { costLine, timeLine } from "../measuring/lines.ts";
import { inScratch } from "../measuring/programs.ts";
import type { Line, Row, Size } from "../measuring/row.ts";
import type { PeerParked, PeerWork } from "../programs/gates/peer-gates.ts";
import { startPostgres } from "./dbos/postgres.ts";
import { freePort } from "./free-port.ts";
import { startRestate } from "./restate/server.ts";
import { runInstalled } from "./run-installed.ts";
import { NPM_PEERS } from "./versions.ts";

/** Rows 9 and 10 beside durable engines, each on a server of its own that is empty. Ours and theirs wake as many. */
export const gates: Row = {
  name: "gates",
  async *run(size) {
    for (const peer of PEERS) {
      yield* answers(peer, size);
      yield* await parkedRuns(peer, size);
    }
  },
};

interface Peer {
  readonly name: string;
  readonly measure: <T>(work: PeerWork) => Promise<T>;
}

const PEERS: readonly Peer[] = [
  {
    name: `DBOS ${NPM_PEERS["@dbos-inc/dbos-sdk"]} on Postgres (FULL)`,
    async measure<T>(work: PeerWork) {
      await using server = await startPostgres();
      const url = await server.makeDatabase("bench", "on");
      const input = { url, serverPid: server.pid, work };
      return await runInstalled<T>(new URL("./dbos/gates.mjs", import.meta.url), input);
    },
  },
  {
    name: `Restate ${NPM_PEERS["@restatedev/restate-server"]} (FULL)`,
    async measure<T>(work: PeerWork) {
      await using server = await startRestate();
      const { ingressUrl, adminUrl, pid } = server;
      const input = { ingressUrl, adminUrl, port: await freePort(), serverPid: pid, work };
      return await runInstalled<T>(new URL("./restate/gates.mjs", import.meta.url), input);
    },
  },
];

async function* answers(peer: Peer, { isSmall, pairs }: Size): AsyncIterable<Line> {
  const count = isSmall ? 20 : 1_000;
  const taken: (readonly [readonly number[], readonly number[]])[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const ours = await inScratch((root) => measureAnswers(root, count));
    taken.push([ours.answers, await peer.measure<readonly number[]>({ kind: "answers", count })]);
  }
  const name = `${count} answers, each until the waiting code runs`;
  for (const [share, of] of [
    ["median", median],
    ["99 of 100", (seconds: readonly number[]) => quantile(seconds, 0.99)],
  ] as const)
    yield timeLine(
      { name: `${name}, ${share}`, durability: "FULL", peer: peer.name },
      besideOf(taken.map(([ours, theirs]) => [of(ours), of(theirs)])),
    );
}

/** Answers one after another, before all others are answered at once. */
const ALONE = 20;

/** What parked runs cost: over none, and until they have ended. */
interface Parked {
  readonly bytesPerRun: number;
  readonly cpuShare: number;
  readonly alone: number;
}

/** One run of each: what waits, waits for minutes. */
async function parkedRuns(peer: Peer, { isSmall }: Size): Promise<readonly Line[]> {
  const [together, idleMs] = isSmall ? [300, 2_000] : [10_000, 20_000];
  const { woken, ...ours } = await parkOurs(together, { idleMs, isSmall });
  const { all, ...theirs } = await parkTheirs(peer, together, idleMs);

  const name = `${together} parked runs`;
  const named = { durability: "FULL", peer: peer.name } as const;
  const cost = (what: string, unit: string, of: (parked: Parked) => number) =>
    costLine({ ...named, name: `${name}, ${what}`, unit }, of(ours), of(theirs));
  return [
    cost("memory of a run, its server's part with it", "B", ({ bytesPerRun }) => bytesPerRun),
    cost("share of a core while nothing is to do", "%", ({ cpuShare }) => 100 * cpuShare),
    cost("one answered until its code runs, median", "s", ({ alone }) => alone),
    costLine(
      { ...named, name: `${name} answered at once in lists, all ended`, unit: "s" },
      woken.inLists,
      all,
    ),
    costLine(
      { ...named, name: `${name} answered at once one by one, all ended`, unit: "s" },
      woken.oneByOne,
      all,
    ),
  ];
}

/** Twice as many, which are woken in two ways. */
async function parkOurs(
  together: number,
  how: Pick<Parameters<typeof parkRuns>[1], "idleMs" | "isSmall">,
): Promise<Parked & { readonly woken: Woken }> {
  const runs = ALONE + 2 * together;
  const none = await inScratch((root) => parkRuns(root, { ...how, runs: 0 }));
  return await inScratch(async (root) => {
    const { bytes, cpuShare } = await parkRuns(root, { ...how, runs });
    const woken = await wakeRuns(root, { alone: ALONE, together });
    return { bytesPerRun: (bytes - none.bytes) / runs, cpuShare, alone: median(woken.alone), woken };
  });
}

async function parkTheirs(
  peer: Peer,
  together: number,
  idleMs: number,
): Promise<Parked & { readonly all: number }> {
  const runs = ALONE + together;
  const none = await peer.measure<PeerParked>({ kind: "parked", runs: 0, alone: 0, idleMs });
  const parked = await peer.measure<PeerParked>({ kind: "parked", runs, alone: ALONE, idleMs });
  const { bytes, cpuShare, alone, all } = parked;
  return { bytesPerRun: (bytes - none.bytes) / runs, cpuShare, alone: median(alone), all };
}
