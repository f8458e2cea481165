import { createInterface } from "node:readline";
import type { ClientAnswer, ClientLine, ClientTask } from "./lines.ts";

type Answering = (task: ClientTask) => ClientAnswer | null | Promise<ClientAnswer | null>;

/** Takes requests line by line from standard input, and tells of each what it was answered, as soon as that is known. */
export async function answerTasks(answerTo: Answering): Promise<void> {
  const answer = async (task: ClientTask): Promise<void> => {
    const line: ClientLine = { number: task.number, answer: await answerTo(task) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const answers: Promise<void>[] = [];
  for await (const line of createInterface({ input: process.stdin }))
    answers.push(answer(JSON.parse(line) as ClientTask));
  await Promise.all(answers);
}
