/** Sends a process signal to a whole process group; false when nothing of it is left. */
export function signalGroup(group: number, exitSignal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, exitSignal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    // macOS says EPERM of a group that only has zombies.
    if ((error as NodeJS.ErrnoException).code === "EPERM") return false;
    throw error;
  }
}

/** TERM to a process group, KILL after `graceMs` unless the returned function is called before. */
export function endGroup(group: number, graceMs: number): () => void {
  signalGroup(group, "SIGTERM");
  const timer = setTimeout(() => signalGroup(group, "SIGKILL"), graceMs);
  return () => clearTimeout(timer);
}
