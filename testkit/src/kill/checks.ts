import { isDeepStrictEqual } from "node:util";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathsBelow, wrongFilesIn, wrongPublished } from "./kept-files.ts";
import type { Ledger, RecordedJob } from "./ledger.ts";
import type { Scene } from "./scene.ts";
import type { Told } from "./told.ts";

/* What must hold, looked at from the outside. Each check gives the promises that are broken, in words. */

/** R9: what was told holds, whatever happened since. */
export function brokenWords(told: Told, ledger: Ledger): readonly string[] {
  return [
    ...ledger.problems,
    ...brokenRun(told, ledger),
    ...brokenShown(told, ledger),
    ...brokenDecisions(told, ledger),
  ];
}

function brokenRun({ run: begun, succeeded }: Told, { run, value }: Ledger): readonly string[] {
  if (begun !== null && run?.id !== begun) return [`run ${begun} was begun and is not in the store`];
  if (succeeded === null) return [];
  if (run?.status !== "succeeded")
    return [`it was told that the run succeeded; the store says ${run?.status}`];
  const isSame = isDeepStrictEqual(worthOf(value), worthOf(succeeded.value));
  return isSame ? [] : ["the store has another value than was told"];
}

function brokenShown(told: Told, { gates }: Ledger): readonly string[] {
  const lost = [...told.gates.keys()].filter((id) => !gates.some((gate) => gate.id === id));
  return lost.map((id) => `gate ${id} was shown and is not in the store`);
}

function brokenDecisions(told: Told, { gates }: Ledger): readonly string[] {
  return [...told.decided].flatMap(([id, { outcome, by }]) => {
    const decision = gates.find((gate) => gate.id === id)?.decision ?? null;
    if (decision?.outcome === outcome && (by === null || decision.by === by)) return [];
    return [`"${outcome}" was accepted at gate ${id}; the store has ${JSON.stringify(decision)}`];
  });
}

/** C18: what a gate shows is there as long as it is shown. */
export function brokenEvidence({ gates }: Ledger): readonly string[] {
  return gates.flatMap(({ name, evidence }) =>
    wrongFilesIn(evidence).map((wrong) => `gate ${name} shows: ${wrong}`),
  );
}

/** C20, C21: a place has one gate, and one decision. */
export function brokenGates({ gates }: Ledger): readonly string[] {
  const places = gates.map(({ job, path, status }) => `${job} ${path} ${status}`);
  const twice = places.filter((place, index) => places.indexOf(place) !== index);
  return twice.map((place) => `there are two gates ${place}`);
}

/** R5: what was recorded before a process began to live is not executed in its life, and nothing twice in one. */
export function executedAgain(lines: readonly string[], recorded: ReadonlySet<string>): readonly string[] {
  const again = lines.filter((line) => recorded.has(line.replace(/ #\d+$/, "")));
  const twice = lines.filter((line, index) => lines.indexOf(line) !== index);
  return [
    ...again.map((line) => `"${line}" was executed again, when its result was recorded`),
    ...twice.map((line) => `"${line}" was executed twice by one process`),
  ];
}

/** The calls whose first result, at least, is recorded. */
export function recordedIn({ jobs }: Ledger): ReadonlySet<string> {
  return new Set(jobs.flatMap(({ label }) => label ?? []));
}

/** What must hold of a run that is over, when a process came after it. */
export function brokenAtEnd(scene: Scene, expected: unknown, ledger: Ledger): readonly string[] {
  const done = ledger.jobs.filter(({ status }) => status === "succeeded");
  const files = done.flatMap((job) => wrongFilesIn(job.value));
  const left = pathsBelow(join(scene.root, "temporary")).map((path) => `${path} is left in the file store`);
  const work = done.filter(({ executor }) => executor === "local").flatMap((job) => workLeft(scene, job));
  return [...brokenResult(scene, expected, ledger), ...ledger.unreadable, ...files, ...left, ...work];
}

/** What must hold of a run that is over, whatever became of what it computed on its way (R9). */
export function brokenResult(scene: Scene, expected: unknown, ledger: Ledger): readonly string[] {
  const { run, value } = ledger;
  const broken = [...brokenGates(ledger), ...brokenEvidence(ledger)];
  if (run?.status !== "succeeded")
    return [...broken, `the run is ${run?.status}: ${JSON.stringify(run?.error)}`];
  if (!isDeepStrictEqual(worthOf(value), expected))
    broken.push(`the value is ${JSON.stringify(value)} and not ${JSON.stringify(expected)}`);
  return [...broken, ...wrongFilesIn(value), ...wrongPublished(join(scene.disk, "published"))];
}

/** A value as a graph has it: its files by digest, whether they came as values or as text for machines. */
function worthOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("digest" in value) return { digest: value.digest };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, worthOf(item)]));
}

/** A job that succeeded leaves its logs; of several attempts the last one did. */
function workLeft({ root }: Scene, { runId, number }: RecordedJob): readonly string[] {
  const folder = join(root, "work", runId);
  if (!existsSync(folder)) return [];
  const attempts = readdirSync(folder).filter((name) => name.startsWith(`${number}-`));
  const last = attempts.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (last === undefined) return [];
  const left = readdirSync(join(folder, last)).filter((name) => name !== ".ligase");
  return left.map((name) => `${join(folder, last, name)} is left in the work folder of a job that succeeded`);
}

/** What dead processes leave and no promise is broken by, counted by what it is. */
export function leftBehind(scene: Scene, { jobs }: Ledger): Readonly<Record<string, number>> {
  const count = (paths: readonly string[], pattern: RegExp): number =>
    paths.filter((path) => pattern.test(basename(path))).length;
  // A number that no row had is given anew: a function may find in its folder what a dead script left there.
  const functions = jobs.filter(({ status, executor }) => status === "succeeded" && executor !== "local");
  return {
    "files of dead attempts in work folders of functions": functions.flatMap((job) => workLeft(scene, job))
      .length,
    "pool folders in the temporary folder": count(readdirSync(scene.temporary), /^ligase-pool-/),
    "other things in the temporary folder": readdirSync(scene.temporary).filter(
      (name) => !name.startsWith("ligase-pool-"),
    ).length,
    "half-written entries of the code cache": count(pathsBelow(join(scene.root, "code")), /\.json\.\d+$/),
    "half-written published files": count(pathsBelow(join(scene.disk, "published")), /\.part$/),
  };
}
