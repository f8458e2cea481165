import type { Engine, Progress, RunEvent, RunHandle } from "@ligase/engine";
import { findTask } from "@ligase/sdk/internal";
import { EXIT } from "../exit-code.ts";
import { exitCodeOf } from "../output/ending.ts";
import { isChange } from "../output/gate-text.ts";
import { resultShape } from "../output/result-shape.ts";
import type { Keyboard, World } from "../world.ts";
import { FailureLog } from "./failure-log.ts";
import type { FollowOptions } from "./follow-options.ts";
import { GateDesk, type GateMode } from "./gate-desk.ts";
import { JsonView } from "./json-view.ts";
import { PlainView } from "./plain-view.ts";
import { RowOrder } from "./row-order.ts";
import type { RunView } from "./run-view.ts";
import { TableView } from "./table-view.ts";

/** Time between two frames of the table. */
const FRAME_MS = 100;

export interface FollowedRun {
  readonly engine: Engine;
  readonly run: RunHandle;
  /** Name of the workflow or task. */
  readonly name: string;
  readonly options: FollowOptions;
  /** Nothing is executed; the end tells what would be. */
  readonly dryRun: boolean;
  readonly world: World;
  /** For the prompt at a gate; opened before the run starts, so that nothing of the run is missed. */
  readonly keyboard: Keyboard | null;
}

/** Shows a run until it ends in this process, has its gates decided, obeys Ctrl-C, and gives the exit code. */
export async function followRun(followed: FollowedRun): Promise<number> {
  const { run, world, options } = followed;
  const failures = new FailureLog();
  const view = viewFor(options, world, failures);
  const interrupts = new Interrupts(run, view, world);
  const desk = new GateDesk({
    engine: followed.engine,
    world,
    view,
    mode: gateMode(followed),
    keyboard: followed.keyboard,
    onInterrupt: interrupts.next,
  });
  const order = new RowOrder();
  const progress = (): Progress => order.arrange(run.progress());

  view.begin(run, followed.name);
  const unsubscribe = run.subscribe((event) => {
    failures.note(event);
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
  tick();
  const end = await run.ended;
  // A run that is put aside forgets its gates in memory; the store has them.
  const openGates = followed.engine.inspect.gates(run.id).filter(({ status }) => status === "open");
  const last = { ...progress(), openGates };

  clearInterval(timer);
  stopListening();
  unsubscribe();
  desk.close();
  const interrupted = interrupts.count > 0;
  const definition = findTask(followed.name);
  view.end({
    end,
    progress: last,
    interrupted,
    dryRun: followed.dryRun,
    type: definition && resultShape(definition, findTask),
  });
  return exitCodeOf({ end, interrupted, dryRun: followed.dryRun, noWait: options["no-wait"] });
}

function viewFor(options: FollowOptions, world: World, failures: FailureLog): RunView {
  if (options.json) return new JsonView(world);
  return world.out.isTerminal ? new TableView(world, failures) : new PlainView(world, failures);
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

/** Ctrl-C: first let finish what runs, then cancel, then go. */
class Interrupts {
  readonly #run: RunHandle;
  readonly #view: RunView;
  readonly #world: World;
  count = 0;

  constructor(run: RunHandle, view: RunView, world: World) {
    this.#run = run;
    this.#view = view;
    this.#world = world;
  }

  readonly next = (): void => {
    this.count++;
    if (this.count === 1) {
      this.#view.note("Nothing more is started; what runs may finish. Ctrl-C again cancels it.");
      this.#run.interrupt();
    } else if (this.count === 2) {
      this.#view.note("Cancelling.");
      this.#run.cancel();
    } else this.#world.exit(EXIT.interrupted);
  };
}
