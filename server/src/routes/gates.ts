import type { GateRecord, Person } from "@ligase/engine";
import { itemOf } from "@ligase/engine/reader";
import { decideGate, getGate, handOverGate, listGates, sendSignals } from "../contract/gates.ts";
import { decideAs } from "../decisions.ts";
import { gateDocument, gateSummary } from "../gate-documents.ts";
import { givenFields } from "../given-fields.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** The gates of runs, and what people say to them. */
export const gateRoutes = (service: Service) => {
  const { engine, base, streams, tell } = service;
  const { inspect } = engine;
  const answer = (result: GateRecord | "kept", person: Person) =>
    result === "kept"
      ? { state: "kept" as const }
      : { state: "counted" as const, gate: gateDocument(inspect, result, { person, base }) };
  return newRouter()
    .openapi(listGates, (c) => {
      const run = inspect.run(c.req.valid("param").run);
      return c.json(
        { gates: inspect.gates(run.id).map((gate) => gateSummary(itemOf(inspect, gate, run))) },
        200,
      );
    })
    .openapi(getGate, (c) => {
      const { run, gate } = c.req.valid("param");
      return c.json(gateDocument(inspect, inspect.gate(run, gate), { person: c.get("person"), base }), 200);
    })
    .openapi(decideGate, async (c) => {
      const person = c.get("person");
      const [result = "kept"] = await decideAs(
        service,
        [{ ...c.req.valid("json"), ...c.req.valid("param") }],
        person,
      );
      const answered = answer(result, person);
      return answered.state === "kept" ? c.json(answered, 202) : c.json(answered, 200);
    })
    .openapi(handOverGate, (c) => {
      const person = c.get("person");
      const { to, comment = null } = c.req.valid("json");
      const { run, gate } = c.req.valid("param");
      const { name: by, roles } = person;
      const given = engine.handOver({
        run,
        gate,
        to: givenFields(to),
        comment,
        by,
        ...givenFields({ roles }),
      });
      streams.touched(given.runId);
      tell({ kind: "handed-over", run: given.runId, gate: given.path, by });
      return c.json(gateDocument(inspect, given, { person, base }), 200);
    })
    .openapi(sendSignals, async (c) => {
      const person = c.get("person");
      const decided = await decideAs(service, c.req.valid("json").signals, person);
      const results = decided.map((result) => answer(result, person));
      return c.json({ results }, 200);
    });
};
