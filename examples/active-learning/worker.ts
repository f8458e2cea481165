/**
 * A worker that labels all cells which wait for it; it stands in for a person at a microscope, and knows the truth. It is
 * a program of its own that asks a service over HTTP: it knows the topic and the types, and nothing of the workflow.
 *
 *     LIGASE_TOKEN=... node examples/active-learning/worker.ts http://127.0.0.1:7474
 */
import { z } from "ligase";
import { Cell } from "./model.ts";
import { simulated } from "./tasks.ts";

const Leased = z.object({
  tasks: z.array(
    z.object({ task: z.object({ id: z.string() }), token: z.string(), input: z.object({ cell: Cell }) }),
  ),
});
const truth = new Map(simulated(7).map(({ id, isMalignant }) => [id, isMalignant]));

/** What the microscope shows. */
export const labelOf = (cell: z.output<typeof Cell>): { isMalignant: boolean } => ({
  isMalignant: truth.get(cell.id) ?? false,
});

if (import.meta.main) {
  const [server = "http://127.0.0.1:7474"] = process.argv.slice(2);
  const ask = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(`${server}/api/v1/external-tasks/${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${process.env["LIGASE_TOKEN"]}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  };
  const wanted = { topics: ["cells"], worker: "microscope", limit: 100, waitMs: 60_000 };
  const { tasks } = Leased.parse(await ask("lease", wanted));
  for (const { task, token, input } of tasks)
    await ask(`${task.id}/complete`, { token, value: labelOf(input.cell) });
  console.log(`labelled ${tasks.map(({ input }) => input.cell.id).join(", ") || "none"}`);
}
