import type { Progress, RunEvent, RunHandle } from "@ligase/engine";
import type { TypeIr } from "@ligase/sdk/values";
import type { Desk } from "../desk/desk.ts";
import { EXIT } from "../exit-code.ts";
import { exitCodeOf } from "../output/ending.ts";
import { isChange } from "../output/gate-text.ts";
import { atServer } from "../output/run-names.ts";
import type { Keyboard, World } from "../world.ts";
import { FailureLog } from "./failure-log.ts";
import type { FollowOptions } from "./follow-options.ts";
import { GateDesk, type DecidingDesk, type GateMode } from "./gate-desk.ts";
import { JsonView } from "./json-view.ts";
import { PlainView } from "./plain-view.ts";
import { RowOrder } from "./row-order.ts";
import type { RunView, ViewedRun } from "./run-view.ts";
import { TableView } from "./table-view.ts";

/** Time between two frames of the table. */
const FRAME_MS = 100;

export interface FollowedRun {
  /** In this process, or at a server, where it goes on when it is not followed any more. */
  readonly run: RunHandle;
  /** Where its gates are decided. */
  readonly desk: DecidingDesk & Pick<Desk, "gateRecords">;
  /** Name of the workflow or task. */
  readonly name: string;
  /** Type of the result, if it is known; asked at the end. */
  readonly type: () => TypeIr | undefined;
  readonly options: FollowOptions;
  /** Address of the server that advances it; undefined when this process does. */
  readonly server?: string | undefined;
  /** Nothing is executed; the end tells what would be. */
  readonly dryRun: boolean;
  readonly world: World;
  /** For the prompt at a gate; opened before the run starts, so that nothing of the run is missed. */
  readonly keyboard: Keyboard | null;
}

/**
 * Shows a run until it ends, or leaves this process, has its gates decided, obeys Ctrl-C, and gives the exit code. Throws
 * what a server answers that does not let it be followed.
 */
export async function followRun(followed: FollowedRun): Promise<number> {
  const { run, world, options, server, dryRun } = followed;
  const viewed = { failures: new FailureLog(), at: atServer(server) };
  const view = viewFor(options, world, viewed);
  const interrupts = new Interrupts(run, view, { world, goesOn: server !== undefined });
  const desk = new GateDesk({
    desk: followed.desk,
    world,
    view,
    mode: gateMode(followed),
    keyboard: followed.keyboard,
    at: viewed.at,
    onInterrupt: interrupts.next,
  });
  const order = new RowOrder();
  const progress = (): Progress => order.arrange(run.progress());

  view.begin(run, followed.name);
  const unsubscribe = run.subscribe((event) => {
    viewed.failures.note(event);
    view.event(event);
    passToDesk(event, desk, progress);
  });
  const tick = (): void => {
    const now = progress();
    for (const gate of now.openGates) desk.opened(gate, now.openGates);
    view.tick(now, desk.lines());
    const onlyWaits = now.status === "waiting" && now.openGates.length > 0;
    if (onlyWaits && (options["no-wait"] || desk.leavesAll(now.openGates))) run.interrupt();
  };
  const timer = setInterval(tick, FRAME_MS);
  const stopListening = world.onInterrupt(interrupts.next);
  try {
    tick();
    const end = await run.ended;
    // A run that is put aside forgets its gates in memory; the store has them.
    const openGates = await followed.desk.gateRecords(run.id, "open");
    const interrupted = interrupts.count > 0;
    view.end({ end, progress: { ...progress(), openGates }, interrupted, dryRun, type: followed.type() });
    return exitCodeOf({ end, interrupted, dryRun, noWait: options["no-wait"] });
  } finally {
    clearInterval(timer);
    stopListening();
    unsubscribe();
    desk.close();
  }
}

function viewFor(options: FollowOptions, world: World, viewed: ViewedRun): RunView {
  if (options.json) return new JsonView(world);
  return world.out.isTerminal ? new TableView(world, viewed) : new PlainView(world, viewed);
}

function gateMode({ options, world, keyboard }: FollowedRun): GateMode {
  if (options.approve) return { kind: "approve" };
  if (options.reject !== undefined)
    return { kind: "reject", comment: options.reject === "" ? null : options.reject };
  const canAsk = keyboard !== null && world.out.isTerminal && !options.json && !options["no-wait"];
  return canAsk ? { kind: "ask" } : { kind: "tell" };
}

function passToDesk(event: RunEvent, desk: GateDesk, progress: () => Progress): void {
  if (event.kind === "gate-opened") desk.opened(event.gate, progress().openGates);
  if (isChange(event)) desk.changed(event.gate);
  if (event.kind === "gate-closed") desk.closed(event.gate);
}

/** Ctrl-C: first let finish what runs, then cancel, then go. Of a server's run: only stop to follow it. */
class Interrupts {
  readonly #run: RunHandle;
  readonly #view: RunView;
  readonly #world: World;
  readonly #goesOn: boolean;
  count = 0;

  constructor(run: RunHandle, view: RunView, { world, goesOn }: { world: World; goesOn: boolean }) {
    this.#run = run;
    this.#view = view;
    this.#world = world;
    this.#goesOn = goesOn;
  }

  readonly next = (): void => {
    this.count++;
    if (this.count === 1) {
      if (!this.#goesOn)
        this.#view.note("Nothing more is started; what runs may finish. Ctrl-C again cancels it.");
      this.#run.interrupt();
    } else if (this.count === 2 && !this.#goesOn) {
      this.#view.note("Cancelling.");
      this.#run.cancel();
    } else this.#world.exit(EXIT.interrupted);
  };
}
