/** Sets the environment that a job asks for, for as long as it runs: a child runs one job at a time. */
export function enterEnvironment(env: Readonly<Record<string, string>>): () => void {
  const names = Object.keys(env);
  if (names.length === 0) return () => undefined;
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
