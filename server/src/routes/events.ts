import { requireRight, type EventRecord } from "@ligase/engine";
import { jsonValue } from "@ligase/sdk/values";
import { listEvents, listTriggers, publishEvent, type Event } from "../contract/events.ts";
import { givenFields } from "../given-fields.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** Messages from outside, and the gates that took them. */
export const eventRoutes = ({ engine }: Service) =>
  newRouter()
    .openapi(publishEvent, async (c) => {
      const { key, payload, ...given } = c.req.valid("json");
      const person = c.get("person");
      // Who may not publish learns nothing of files either.
      requireRight(person, "publish");
      const event = await engine.events.withFilesKept({ ...givenFields(given), key, payload });
      const published = engine.events.publish(event, person);
      const { isNew } = published;
      const document = { ...eventDocument(published), isNew };
      return published.takenBy.length > 0 ? c.json(document, 200) : c.json(document, 202);
    })
    .openapi(listTriggers, (c) => c.json({ triggers: [...engine.triggers()] }, 200))
    .openapi(listEvents, (c) => {
      const filter = givenFields(c.req.valid("query"));
      return c.json({ events: engine.events.list(filter).map(eventDocument) }, 200);
    });

const eventDocument = ({ payload, takenBy, refusedBy, launches, ...event }: EventRecord): Event => ({
  ...event,
  payload: jsonValue(payload),
  takenBy: [...takenBy],
  refusedBy: [...refusedBy],
  launches: [...launches],
});
