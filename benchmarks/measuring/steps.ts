import { measureLaunches } from "./launches.ts";

/** Seconds for a run of so many steps one after another, in an engine that did a tenth of that before. */
export async function measureSteps(
  name: "steps-light" | "steps-pooled" | "steps-durable",
  count: number,
): Promise<number> {
  const { seconds } = await measureLaunches("steps", [
    { name, args: { count: Math.ceil(count / 10) }, check: "none" },
    { name, args: { from: count, count }, check: "none" },
  ]);
  return seconds[1] ?? Number.NaN;
}
