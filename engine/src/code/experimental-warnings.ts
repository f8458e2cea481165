/**
 * Runs `work` without Node's notes that type stripping is experimental, which tell a user nothing; all other warnings
 * pass. Node gives each such note once per process, and synchronously.
 */
export function hideExperimentalWarnings<T>(work: () => T): T {
  const original = Object.getOwnPropertyDescriptor(process, "emitWarning");
  const emit = process.emitWarning.bind(process) as (...given: readonly unknown[]) => void;
  const filtered = (warning: string | Error, ...rest: unknown[]): void => {
    if (!isStrippingNote(warning, rest[0])) emit(warning, ...rest);
  };
  Object.defineProperty(process, "emitWarning", { ...original, value: filtered });
  return afterwards(work, () => {
    if (original !== undefined) Object.defineProperty(process, "emitWarning", original);
  });
}

function afterwards<T>(work: () => T, restore: () => void): T {
  let waits = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    waits = true;
    return result.finally(restore) as T;
  } finally {
    if (!waits) restore();
  }
}

function isStrippingNote(warning: string | Error, type: unknown): boolean {
  const text = typeof warning === "string" ? warning : warning.message;
  return type === "ExperimentalWarning" && /stripTypeScriptTypes|Type Stripping/i.test(text);
}
