import { COMMANDS } from "./commands.ts";
import { usageOf, type AnyCommand } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { nearest } from "./nearest.ts";
import { COMMON_OPTIONS } from "./options.ts";
import { Problem } from "./problem.ts";
import { readOptions } from "./read-options.ts";
import type { World } from "./world.ts";

/** Runs the command line and gives the exit code. Every error is shown here and nowhere else. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  try {
    return await dispatch(argv, world);
  } catch (error) {
    const { showError } = await import("./show-error.ts");
    return await showError(error, world, argv.includes("--json"));
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help")
    return await showHelp(rest[0], world);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined)
    throw new Problem("command-unknown", { command: name, near: nearest(name, Object.keys(COMMANDS)) });
  return await runCommand(await entry.load(), rest, world);
}

async function runCommand(command: AnyCommand, argv: readonly string[], world: World): Promise<number> {
  const { values, positionals, rest } = readOptions(argv, {
    command: command.name,
    usage: usageOf(command),
    options: { ...command.options, ...COMMON_OPTIONS },
    positionals: command.positionals,
    leaveRestAfter: command.leaveRestAfter,
  });
  if (values["help"] === true && positionals.length < (command.helpAfter ?? Infinity))
    return await showCommandHelp(command, world);
  return await command.run({ options: values as never, positionals, rest }, world);
}

async function showHelp(name: string | undefined, world: World): Promise<number> {
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry !== undefined) return await showCommandHelp(await entry.load(), world);
  const { generalHelp } = await import("./help.ts");
  world.out.write(generalHelp(world.out.palette));
  return EXIT.ok;
}

async function showCommandHelp(command: AnyCommand, world: World): Promise<number> {
  const { commandHelp } = await import("./help.ts");
  world.out.write(commandHelp(command, world.out.palette));
  return EXIT.ok;
}
