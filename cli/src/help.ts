import { COMMANDS } from "./commands.ts";
import { usageOf, type AnyCommand } from "./command.ts";
import { optionRows } from "./option-rows.ts";
import { COMMON_OPTIONS } from "./options.ts";
import type { Palette } from "./output/palette.ts";
import { textTable } from "./output/text-table.ts";

const NO_TITLES = [{ title: "" }, { title: "" }];

/** The text of `ligase --help`. */
export function generalHelp(palette: Palette): string {
  const { bold, dim } = palette;
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => [`  ${bold(name)}`, summary]);
  return [
    `${bold("ligase")}: typed workflows whose results are kept`,
    "",
    `${bold("Usage")}  ligase COMMAND …     ligase COMMAND --help     ligase --version`,
    "",
    ...textTable(NO_TITLES, commands),
    "",
    bold("Exit codes"),
    ...textTable(NO_TITLES, [
      ["  0", "succeeded; or left waiting, as --no-wait asks"],
      ["  1", "the run failed, was rejected or was cancelled"],
      ["  2", "the command line or an input is wrong; nothing was started"],
      ["  70", "a bug of Ligase"],
      ["  75", "the run waits at a gate that was left for later"],
      ["  130", "Ctrl-C"],
    ]),
    "",
    dim("A run is named by its id or the beginning of it. NO_COLOR=1 turns colours off."),
    "",
  ].join("\n");
}

/** The text of `ligase COMMAND --help`. */
export function commandHelp(command: AnyCommand, palette: Palette): string {
  const { bold } = palette;
  const options = { ...command.options, ...COMMON_OPTIONS };
  return [
    `${bold("Usage")}  ${usageOf(command)} [FLAGS]`,
    "",
    command.about,
    ...section(
      bold("Arguments"),
      command.positionals.map(({ name, about }) => [`  ${name}`, about]),
    ),
    ...section(bold("Flags"), optionRows(options)),
    ...(command.examples.length === 0
      ? []
      : ["", bold("Examples"), ...command.examples.map((line) => `  ${line}`)]),
    "",
  ].join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ["", title, ...textTable(NO_TITLES, rows)];
}
