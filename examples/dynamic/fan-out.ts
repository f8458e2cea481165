/**
 * Fan-out whose width is known only at run time: a text is cut into parts of so many lines, the words of every part are
 * counted in a job of its own, and the tables are added up two by two until one is left. Nothing says in advance how
 * many parts there are. A changed word runs its own part again and the sums above it, and nothing else.
 *
 *     ligase run examples/dynamic/fan-out.ts count-words --text examples/dynamic/text.txt
 */
import {
  chunk,
  cond,
  count,
  file,
  gt,
  map,
  out,
  script,
  sh,
  workflow,
  z,
  type File,
  type Lazy,
} from "ligase";

const env = { LC_ALL: "C" };

const cut = script({
  name: "cut",
  input: { text: file(), lines: z.int().min(1) },
  output: out.files("part-*"),
  command: ({ text, lines }) => sh`split -a 4 -l ${lines} ${text} part-`,
});

const countPart = script({
  name: "count-part",
  input: { part: file() },
  output: out.file("table.txt"),
  env,
  command: ({ part }, table) => sh`tr -cs '[:alpha:]' '\n' < ${part} | awk 'NF' | sort | uniq -c > ${table}`,
});

const addTables = script({
  name: "add-tables",
  input: { tables: z.array(file()) },
  output: out.file("table.txt"),
  env,
  command: ({ tables }, sum) => sh`
    awk '{ times[$2] += $1 } END { for (word in times) print times[word], word }' ${tables} | sort -k2 > ${sum}
  `,
});

/** Adds pairs until there is one table: a workflow that calls itself. */
const addAll = workflow(
  { name: "add-all", input: { tables: z.array(file()) }, output: file() },
  ({ tables }): Lazy<File> =>
    cond(
      gt(count(tables), 2),
      () => addAll({ tables: map(chunk(tables, 2), (pair) => addTables({ tables: pair })) }),
      () => addTables({ tables }),
    ),
);

const mostFrequent = script({
  name: "most-frequent",
  input: { table: file(), top: z.int() },
  output: out.json(z.array(z.object({ word: z.string(), times: z.int() }))),
  env,
  command: ({ table, top }) => sh`
    sort -k1,1nr -k2 ${table} | awk -v top=${top} '
      NR <= top { printf "%s{\"word\":\"%s\",\"times\":%d}", NR == 1 ? "[" : ",", $2, $1 }
      END { print NR == 0 ? "[]" : "]" }'
  `,
});

export const countWords = workflow(
  {
    name: "count-words",
    description: "The most frequent words of a text",
    input: { text: file(), lines: z.int().min(1).default(2), top: z.int().default(3) },
  },
  ({ text, lines, top }) => {
    const parts = cut({ text, lines });
    const table = addAll({ tables: map(parts, (part) => countPart({ part })) });
    return { parts: count(parts), words: mostFrequent({ table, top }) };
  },
);
