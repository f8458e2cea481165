import type { Deciders } from "@ligase/sdk/internal";
import type { Seeded } from "../kill/seeded.ts";
import { ANYBODY, type PlannedPolicy } from "./people.ts";

/** People who may be named, and never launch: with `notLauncher` there are enough of them. */
const NAMED = ["ben", "cleo", "dan"] as const;

/** Time that may be waited for. */
const SOON_MS = 60_000;

/** Who decides a gate, from the seed: somebody always can, at the latest when others have been asked. */
export function randomPolicy(seeded: Seeded, timeoutMs: number | null): PlannedPolicy {
  if (seeded.chance(0.25)) return ANYBODY;
  const escalation = timeoutMs !== null && seeded.chance(0.4) ? escalationOf(seeded) : null;
  const deciders = seeded.chance(0.4) ? null : decidersOf(seeded);
  const named = deciders !== null && deciders.roles.length === 0 ? deciders.users : null;
  // Nobody else can be found for people who are named, but who is asked when the time is up.
  const later = timeoutMs !== null && timeoutMs <= SOON_MS ? (escalation?.to.users.length ?? 0) : 0;
  const most = named === null ? 3 : named.filter((user) => user !== "fred").length + later;
  return {
    deciders,
    escalation,
    quorum: seeded.one([1, seeded.whole(1, most), most]),
    notLauncher: seeded.chance(0.3),
    requireComment: seeded.chance(0.2),
    remindMs:
      timeoutMs !== null && seeded.chance(0.4) ? seeded.one([[50], [1_000, 50], [3_600_000, 20]]) : [],
  };
}

function decidersOf(seeded: Seeded): Deciders {
  if (seeded.chance(0.4)) return { users: [], roles: [seeded.one(["approver", "admin"] as const)] };
  const users = NAMED.slice(0, seeded.whole(1, NAMED.length));
  // One who is named and may not decide at all; or a role beside the names.
  if (seeded.chance(0.2)) return { users: [...users, "fred"], roles: [] };
  return { users, roles: seeded.chance(0.3) ? ["admin"] : [] };
}

const escalationOf = (seeded: Seeded): NonNullable<PlannedPolicy["escalation"]> => ({
  to: seeded.chance(0.5) ? { users: ["eva"], roles: [] } : { users: [], roles: ["admin"] },
  timeoutMs: seeded.one([null, 500, 60_000]),
});
