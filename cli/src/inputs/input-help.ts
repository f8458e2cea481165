import {
  describeType,
  formatDuration,
  formatSize,
  toJsonForm,
  type Field,
  type RecordIr,
  type TypeIr,
} from "@ligase/sdk/internal";
import { optionRows } from "../option-rows.ts";
import type { OptionTable } from "../options.ts";
import type { Palette } from "../output/palette.ts";
import { textTable } from "../output/text-table.ts";
import { cutTo } from "../output/visible-text.ts";
import { descriptionOf, limits } from "./field-facts.ts";
import { dashed } from "./input-path.ts";
import type { Launchable } from "./launchable.ts";
import { bareType } from "./read-flags.ts";

const NO_TITLES = [{ title: "" }, { title: "" }, { title: "" }];
const MAX_DEFAULT = 40;
const MAX_TYPE = 44;

export interface InputHelp {
  readonly definition: Launchable;
  /** The file as the user wrote it, or the flag that names a server. */
  readonly file: string;
  /** Flags of the command itself. */
  readonly options: OptionTable;
  readonly palette: Palette;
}

/** The help of a workflow or task: what it does, its inputs as flags with types, defaults and descriptions. */
export function inputHelp({ definition, file, options, palette }: InputHelp): string {
  const { bold } = palette;
  const { name, input, output, kind } = definition;
  const rows = inputRows(input, palette);
  return [
    `${bold("Usage")}  ligase run ${file} ${name} [FLAGS]`,
    "",
    definition.options.description ?? `The ${kind} "${name}".`,
    "",
    bold("Inputs"),
    ...(rows.length === 0 ? ["  none"] : textTable(NO_TITLES, rows)),
    "",
    ...(output.kind === "any" ? [] : [bold("Result"), `  ${describeType(output)}`, ""]),
    bold("Flags of run"),
    ...textTable(NO_TITLES, optionRows(options)),
    "",
    "Lists take several values or the flag again; nested values are given by dotted flags (--sample.id S1), as JSON, or all at",
    "once with --input FILE.json. A flag wins over the file.",
    "",
  ].join("\n");
}

function inputRows(input: RecordIr, palette: Palette): readonly (readonly string[])[] {
  return Object.entries(input.fields).flatMap(([name, field]) =>
    fieldRows(`--${dashed(name)}`, field, palette),
  );
}

function fieldRows(flag: string, field: Field, palette: Palette): readonly (readonly string[])[] {
  const { type } = field;
  const inner = bareType(type);
  const row = [`  ${palette.bold(flag)}`, cutTo(typeText(type), MAX_TYPE), aboutText(field, palette)];
  // A record of few fields is told field by field: those are the flags that people type.
  if (inner.kind !== "record" || Object.keys(inner.fields).length === 0 || flag.split(".").length > 2)
    return [row];
  return [
    row,
    ...Object.entries(inner.fields).flatMap(([name, part]) =>
      fieldRows(`${flag}.${dashed(name)}`, part, palette),
    ),
  ];
}

function typeText(type: TypeIr): string {
  const inner = bareType(type);
  return inner.kind === "record" ? "record" : describeType(type);
}

function aboutText({ type, optional, signal, default: given }: Field, palette: Palette): string {
  const { about = {} } = type;
  const facts = [
    ...(about.unit === undefined ? [] : [`in ${about.unit}`]),
    ...limits(type),
    given !== undefined
      ? `default ${defaultText(type, given.value)}`
      : signal === true
        ? "may come later, by ligase signal"
        : optional === true
          ? "optional"
          : "required",
  ];
  return [descriptionOf(type), palette.dim(`(${facts.join(", ")})`)].filter((part) => part !== "").join(" ");
}

function defaultText(type: TypeIr, value: unknown): string {
  const inner = bareType(type);
  if (inner.kind === "duration" && typeof value === "number") return formatDuration(value);
  if (inner.kind === "size" && typeof value === "number") return formatSize(value);
  if (typeof value === "string") return value === "" ? '""' : cutTo(value, MAX_DEFAULT);
  return cutTo(JSON.stringify(toJsonForm(type, value)) ?? "nothing", MAX_DEFAULT);
}
