/** Rows that name rows which are not there, and what a run that is over still holds. */
const QUESTIONS: Readonly<Record<string, string>> = {
  "jobs name a call that is not there":
    "SELECT 1 FROM job j LEFT JOIN call_node c ON c.id = j.call_node WHERE j.call_node IS NOT NULL AND c.id IS NULL",
  "rows name a task that is not there":
    "SELECT 1 FROM (SELECT task FROM job UNION ALL SELECT task FROM call_node) u LEFT JOIN task t ON t.id = u.task WHERE t.id IS NULL",
  "calls name a set that is not there":
    "SELECT 1 FROM call_node c LEFT JOIN interned_set s ON s.id = c.task_set WHERE s.id IS NULL",
  "rows name a run that is not there":
    "SELECT 1 FROM (SELECT run FROM job UNION ALL SELECT run FROM gate UNION ALL SELECT run FROM claim UNION ALL SELECT run FROM audit) u LEFT JOIN run r ON r.number = u.run WHERE r.number IS NULL",
  "attempts or decks are of a job that is not there":
    "SELECT 1 FROM (SELECT run, job FROM attempt UNION ALL SELECT run, job FROM deck) u LEFT JOIN job j ON j.run = u.run AND j.number = u.job WHERE j.run IS NULL",
  "signals are of a gate that is not there":
    "SELECT 1 FROM signal s LEFT JOIN gate g ON g.id = s.gate_id WHERE s.gate_id IS NOT NULL AND g.id IS NULL",
  "claims are left of a run that is over":
    "SELECT 1 FROM claim c JOIN run r ON r.number = c.run WHERE r.status IN ('succeeded', 'failed', 'cancelled')",
  "a run that is over is still led":
    "SELECT 1 FROM run WHERE lease_owner IS NOT NULL AND status IN ('succeeded', 'failed', 'cancelled')",
};

/** SQL for either store that gives what is unsound in it, a line each. */
export const UNSOUND = Object.entries(QUESTIONS)
  .map(([what, sql]) => `SELECT '${what}' AS what WHERE EXISTS (${sql})`)
  .join(" UNION ALL ");
