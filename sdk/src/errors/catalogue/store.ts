/** Errors of the store. */
export const storeErrors = {
  "store-newer": {
    message: (p: { path: string; version: number; known: number }) =>
      `The store ${p.path} has schema ${p.version}; this Ligase knows ${p.known}.`,
    remedy: () => "Use the version of Ligase that wrote it, or a newer one.",
  },
  "store-damaged": {
    message: (p: { path: string; reason: string }) => `The store ${p.path} cannot be read: ${p.reason}.`,
    remedy: (p: { path: string }) =>
      `Move ${p.path} away and run again: finished files stay, results are computed anew.`,
  },
  "store-busy": {
    message: (p: { path: string }) =>
      `Another process has been writing to the store ${p.path} for more than 10 seconds.`,
    remedy: () => "Wait until it is done, or give this run a store of its own with --root.",
  },
  "store-disk-full": {
    message: (p: { path: string }) =>
      `No space is left on the disk for the store ${p.path}; the last results were not recorded.`,
    remedy: () => "Free space, then `ligase resume` the run: what was recorded before is kept.",
  },
  "store-on-network": {
    message: (p: { path: string; kind: string }) =>
      `The store ${p.path} would be on ${p.kind}, whose locks do not hold; it would be damaged in silence.`,
    remedy: () =>
      "Choose a folder on a local disk with --root, or keep the store on Postgres with --store, which several machines can share.",
  },
  "store-not-writable": {
    message: (p: { path: string; reason: string }) =>
      `The store ${p.path} cannot be opened for writing: ${p.reason}.`,
    remedy: () => "Check the folder's permissions, or choose another with --root.",
  },
  "store-url-not-valid": {
    message: (p: { reason: string }) => `The place of the store cannot be read: ${p.reason}.`,
    remedy: () => "Write it as postgres://USER@HOST/DATABASE?schema=NAME.",
  },
  "store-unavailable": {
    message: (p: { path: string; reason: string }) => `The store ${p.path} cannot be reached: ${p.reason}.`,
    remedy: () =>
      "Check that its server runs and lets you in; then `ligase resume` what was running: what was recorded is kept.",
  },
  "store-lost-writes": {
    message: (p: { path: string; commits: number }) =>
      `The server of the store ${p.path} crashed and came back without the last ${p.commits} transactions.`,
    remedy: () => "`ligase resume` what was running: what is missing is computed anew.",
  },
  "illegal-move": {
    message: (p: { entity: string; id: string; from: string; to: string }) =>
      `The ${p.entity} ${p.id} is ${p.from} and cannot become ${p.to}.`,
    remedy: () => "Look at its present state; somebody else may have ended it.",
  },
};
