/**
 * The smallest workflow: a function task, a script, and a workflow that composes them for every name of a list. Calling
 * a task runs nothing: it gives a lazy value, and what depends on it starts when it is there. Run it twice: the second
 * run computes nothing. Add a name: only the new one is computed.
 *
 *     ligase run examples/hello.ts hello --names ana --names ben
 */
import { format, map, out, script, sh, task, workflow, z } from "ligase";

const shout = task({ name: "shout", input: { text: z.string() }, output: z.string() }, ({ text }) =>
  text.toUpperCase(),
);

const count = script({
  name: "count-letters",
  input: { text: z.string() },
  output: { letters: out.json(z.number()) },
  command: ({ text }) => sh`printf %s ${text} | wc -c`,
});

export const hello = workflow(
  { name: "hello", input: { names: z.array(z.string()).default(["ana", "ben"]) } },
  ({ names }) =>
    map(names, (name) => {
      const greeting = shout({ text: format`hello ${name}` });
      return { greeting, letters: count({ text: greeting }).letters };
    }),
);
