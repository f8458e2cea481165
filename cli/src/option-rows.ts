import type { OptionSpec, OptionTable } from "./options.ts";
import { placeholder } from "./read-options.ts";

/** Flags and what they do, as rows of a table. */
export function optionRows(options: OptionTable): readonly (readonly string[])[] {
  return Object.entries(options).map(([name, spec]) => [`  ${flagText(name, spec)}`, spec.about]);
}

function flagText(name: string, spec: OptionSpec): string {
  const short = "short" in spec ? `-${spec.short}, ` : "";
  const value = placeholder(spec);
  if (value === "") return `${short}--${name}`;
  return spec.kind === "optional-text" ? `${short}--${name}[=${value}]` : `${short}--${name} ${value}`;
}
