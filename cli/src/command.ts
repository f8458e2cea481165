import type { ArgumentSpec, CommonOptions, OptionTable, OptionValues } from "./options.ts";
import type { Place, World } from "./world.ts";

/** A command whose flags and arguments are known beforehand. */
export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** The lines below the usage in `--help`. */
  readonly about: string;
  readonly positionals: readonly ArgumentSpec[];
  readonly options: T;
  /** Lines that can be typed as they stand. */
  readonly examples: readonly string[];
  /**
   * What follows so many arguments is left to the command, and so are flags that are not its own: they depend on what the
   * arguments name.
   */
  readonly leaveRestAfter?: (values: Readonly<Record<string, unknown>>) => number;
  /** With so many arguments the command answers `--help` itself. */
  readonly helpAfter?: number;
  /** Gives the exit code. */
  run(given: Given<T>, world: World): Promise<number>;
}

export interface Given<T extends OptionTable = OptionTable> {
  readonly options: OptionValues<T> & CommonOptions;
  readonly positionals: readonly string[];
  /** What was left to the command. */
  readonly rest: readonly string[];
}

/** A command that is found by name, with its types forgotten. */
export type AnyCommand = Omit<Command, "run"> & {
  run(given: Omit<Given, "options"> & { readonly options: never }, world: World): Promise<number>;
};

/** Fixes the types of a command's options. */
export const defineCommand = <const T extends OptionTable>(command: Command<T>): Command<T> => command;

/** `ligase show RUN [--job N] …`: the first line of a command's help. */
export function usageOf({
  name,
  positionals,
}: {
  name: string;
  positionals: readonly ArgumentSpec[];
}): string {
  const parts = positionals.map(({ name: argument, optional, many }) => {
    const shown = many === true ? `${argument} …` : argument;
    return optional === true ? `[${shown}]` : shown;
  });
  return ["ligase", name, ...parts].join(" ");
}

/** Options for opening the engine or the store. */
export const placeOf = ({ root, store }: CommonOptions): Place => ({
  ...(root === undefined ? {} : { root }),
  ...(store === undefined ? {} : { store }),
});
