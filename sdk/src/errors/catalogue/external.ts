/** Errors of external tasks and their workers. */
export const externalErrors = {
  "external-task-not-found": {
    message: (p: { task: string }) => `There is no external task with the id ${p.task}.`,
    remedy: () => "List the tasks with `ligase work`.",
  },
  "external-task-not-unique": {
    message: (p: { task: string }) => `The ids of more than one external task begin with ${p.task}.`,
    remedy: () => "Give more characters of its id.",
  },
  "external-task-not-aside": {
    message: (p: { task: string; state: string }) =>
      `The external task "${p.task}" is ${p.state}; only one that was set aside can be put back.`,
    remedy: () => "See the tasks that are set aside: ligase work --state aside",
  },
  "external-task-over": {
    message: (p: { task: string; outcome: string; by: string }) =>
      `The external task "${p.task}" is over: it was ${p.outcome} by ${p.by}.`,
    remedy: () => "Stop working on it, and lease another.",
  },
  "external-task-failed": {
    message: (p: { message: string }) => p.message,
    remedy: () =>
      "See what the worker told with `ligase work`; `catchError` handles failures of the kind user.",
  },
  "external-request-not-valid": {
    message: (p: { reason: string }) => `The request of the worker cannot be taken: ${p.reason}.`,
    remedy: () => "Correct the request and send it again.",
  },
  "lease-not-held": {
    message: (p: { task: string; ending: string }) =>
      `This token has no lease of the external task "${p.task}": ${p.ending}.`,
    remedy: () =>
      "Stop working on it, and lease another; send a sign of life more often, or lease for longer.",
  },
};
