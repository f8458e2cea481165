/** How the program ends; `ligase --help` lists them. */
export const EXIT = {
  /** The run succeeded, or the command did what it says. Also a run left waiting by `--no-wait`. */
  ok: 0,
  /** The run failed, was rejected at a gate, or was cancelled by somebody else. */
  failed: 1,
  /** The command line or an input is wrong; nothing was started. */
  misuse: 2,
  /** A bug of Ligase. */
  bug: 70,
  /** The run waits at a gate that was left for later. */
  waiting: 75,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
