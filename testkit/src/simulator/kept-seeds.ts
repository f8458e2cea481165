/** Seeds that once broke a rule, and why. What a seed does changes with the simulator; the faults stay worth a look. */
export const KEPT_SEEDS: readonly { readonly seed: number; readonly why: string }[] = [
  { seed: 9, why: "a run was cancelled that was cancelled already, and resuming it cancelled it again" },
  { seed: 15, why: "a run stopped by a full disk left jobs in line that nobody knew any more" },
  { seed: 26, why: "a run span while another one computed again what had become invalid" },
  {
    seed: 39,
    why: "a job that could not be claimed for a full disk kept its place, and later runs waited for ever",
  },
  { seed: 98, why: "a wish to cancel was not heard by the engine that took the run over" },
  { seed: 229, why: "a resumed run could not answer two equal calls of a task that is not cached" },
  { seed: 410, why: "a heartbeat took up a run again that was cancelled while its engine slept" },
  { seed: 773, why: "a file was read too late, and its job was told of after the end of the run" },
  { seed: 1520, why: "a job was lost while its run was stopped, and the run had failed of it" },
  {
    seed: 2717,
    why: "a retry that a cancelled run did not make was handled, and believed when the run was resumed",
  },
  {
    seed: 4437,
    why: "a run wrote its result, with the decision of its gate, into the record of another run",
  },
];
