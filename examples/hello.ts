import { format, map, out, script, sh, task, workflow, z } from "ligase";

const shout = task({ name: "shout", input: { text: z.string() }, output: z.string() }, ({ text }) => text.toUpperCase());

const count = script({
  name: "count-letters",
  input: { text: z.string() },
  output: { letters: out.json(z.number()) },
  command: ({ text }) => sh`printf %s ${text} | wc -c`,
});

export const hello = workflow({ name: "hello", input: { names: z.array(z.string()).default(["ana", "ben"]) } }, ({ names }) =>
  map(names, (name) => {
    const greeting = shout({ text: format`hello ${name}` });
    return { greeting, letters: count({ text: greeting }).letters };
  }),
);
