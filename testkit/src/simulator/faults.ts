import { Seeded } from "../kill/seeded.ts";

/** What can go wrong in the simulated world, and what clients do, by area. */
export const AREAS = {
  crash: ["crash", "crash-in-commit", "crash-after-commit"],
  power: ["power-cut"],
  store: ["disk-full", "slow-disk"],
  time: ["pause", "machine-sleep", "clock-back"],
  executors: [
    "lost",
    "late",
    "double-outcome",
    "double-start",
    "late-progress",
    "cancel-ignored",
    "capacity",
  ],
  files: ["tamper"],
  clients: [
    "early",
    "twice",
    "contradiction",
    "otherwise",
    "crowd",
    "strange",
    "cancel",
    "interrupt",
    "close",
    "hand-over",
    "hand-over-wrongly",
    "batch",
  ],
  /** Runs leave memory while they wait; the engines go on with them by themselves. */
  parking: ["serves"],
  /** What programs outside do with the tasks that they pull. */
  workers: ["vanish", "late-work", "work-again", "give-up", "give-back", "forged"],
  /** Which events come, and when. */
  publishers: ["ahead", "published-again", "unawaited", "for-all", "misfit", "short-lived", "cut-short"],
} as const;

export type Area = keyof typeof AREAS;
export type Fault = (typeof AREAS)[Area][number];

/** How often a fault strikes where it can, in the seeds that have it. */
const CHANCES: Readonly<Record<Fault, number>> = {
  crash: 1,
  "crash-in-commit": 0.03,
  "crash-after-commit": 0.03,
  "power-cut": 0.6,
  "disk-full": 0.03,
  "slow-disk": 0.1,
  pause: 1,
  "machine-sleep": 1,
  "clock-back": 1,
  lost: 0.15,
  late: 0.05,
  "double-outcome": 0.1,
  "double-start": 0.1,
  "late-progress": 0.1,
  "cancel-ignored": 0.5,
  capacity: 0.1,
  tamper: 0.5,
  early: 0.5,
  twice: 0.4,
  contradiction: 0.4,
  otherwise: 0.5,
  crowd: 0.5,
  strange: 0.3,
  cancel: 0.4,
  interrupt: 0.3,
  close: 0.5,
  "hand-over": 0.6,
  "hand-over-wrongly": 0.5,
  batch: 0.5,
  serves: 1,
  vanish: 0.5,
  "late-work": 0.5,
  "work-again": 0.6,
  "give-up": 0.5,
  "give-back": 0.4,
  forged: 0.5,
  ahead: 1,
  "published-again": 0.5,
  unawaited: 0.5,
  "for-all": 0.4,
  misfit: 0.4,
  "short-lived": 0.4,
  "cut-short": 0.3,
};

/** How many faults of one kind strike in one seed. */
const MOST = 4;

/** The faults of one seed. Each has random numbers of its own, so that one can be switched off and the others stay. */
export class Faults {
  readonly #streams = new Map<Fault, Seeded>();
  readonly #counts = new Map<Fault, number>();
  #isOver = false;

  /** @param off faults that never strike */
  constructor(seed: number, areas: readonly Area[], off: ReadonlySet<Fault> = new Set()) {
    const chosen = new Seeded(seed ^ 0x5bd1e995);
    for (const [area, faults] of Object.entries(AREAS) as [Area, readonly Fault[]][]) {
      for (const fault of faults) {
        const isOn = chosen.chance(0.35);
        const stream = new Seeded(chosen.whole(0, 2 ** 31));
        if (isOn && areas.includes(area) && !off.has(fault)) this.#streams.set(fault, stream);
      }
    }
  }

  get present(): readonly Fault[] {
    return [...this.#streams.keys()];
  }

  /** How often each struck. */
  get struck(): ReadonlyMap<Fault, number> {
    return this.#counts;
  }

  strikes(fault: Fault): boolean {
    const stream = this.#streams.get(fault);
    if (stream === undefined || this.#isOver || !stream.chance(CHANCES[fault])) return false;
    const count = this.#counts.get(fault) ?? 0;
    if (count >= MOST) return false;
    this.#counts.set(fault, count + 1);
    return true;
  }

  /** Random numbers of a fault, for when and where. */
  stream(fault: Fault): Seeded {
    return this.#streams.get(fault) ?? new Seeded(0);
  }

  /** From now on all goes well. */
  end(): void {
    this.#isOver = true;
  }

  resume(): void {
    this.#isOver = false;
  }
}
