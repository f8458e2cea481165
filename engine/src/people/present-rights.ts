import type { DecisionRecord } from "../model/records.ts";
import type { PeopleStore } from "../ports/people-store.ts";

/**
 * An earlier decision with the roles that its maker has now, where the store knows them; otherwise those of that time
 * (C23, C24: rights count when a decision is used). Who is disabled has none.
 */
export function withPresentRoles(people: PeopleStore, decision: DecisionRecord): DecisionRecord {
  const user = decision.by === null ? null : people.user(decision.by);
  if (user === null) return decision;
  return { ...decision, roles: user.isDisabled ? [] : [user.role] };
}
