/**
 * What may fail without all failing. `settle` hands on what succeeded and what failed alike, as a list of `{ ok, value,
 * error, index }` in the order of the input; `map` with `minSuccess` gives such a list when enough of the items are there, and
 * fails with the first error otherwise. An address that is named twice is fetched once: calls of a run share an error as
 * they share a value. The next run tries again what failed, and nothing else.
 *
 *     ligase run examples/errors/partial-results.ts survey --addresses README.md --addresses nowhere.txt
 *     ligase run examples/errors/partial-results.ts collect --addresses README.md --addresses nowhere.txt
 */
import { file, filter, map, out, pluck, script, settle, sh, workflow, z } from "ligase";

const Addresses = z.array(z.string()).min(1);

/** The address is text: what is behind it is no file of the run, and may be there tomorrow. */
const fetch = script({
  name: "fetch-address",
  input: { address: z.string() },
  output: out.file("fetched.txt"),
  command: ({ address }, fetched) => sh`cat -- ${address} > ${fetched}`,
});

const join = script({
  name: "join",
  input: { parts: z.array(file()) },
  output: out.file("joined.txt"),
  command: ({ parts }, joined) => sh`cat ${parts} > ${joined}`,
});

export const survey = workflow(
  { name: "survey", description: "Tells which addresses can be had", input: { addresses: Addresses } },
  ({ addresses }) => pluck(settle(map(addresses, (address) => fetch({ address }))), "ok"),
);

export const collect = workflow(
  {
    name: "collect",
    description: "Joins what can be had of some addresses, when it is at least half of them",
    input: { addresses: Addresses },
  },
  ({ addresses }) => {
    const fetched = map(addresses, (address) => fetch({ address }), { minSuccess: 0.5 });
    const failed = filter(fetched, { ok: false });
    return {
      joined: join({ parts: pluck(filter(fetched, { ok: true }), "value") }),
      problems: map(failed, (item) => item.error.message),
    };
  },
);
