import type { Key } from "./world.ts";

/** The keys in what a terminal in raw mode sent; arrows and function keys are left out. */
export function readKeys(text: string): readonly Key[] {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  const plain = text.replaceAll(/\u001B(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?/g, "");
  return [...plain].flatMap(readKey);
}

function readKey(character: string): readonly Key[] {
  switch (character) {
    case "\r":
    case "\n":
      return [{ kind: "enter" }];
    case "\u0008":
    case "\u007F":
      return [{ kind: "backspace" }];
    case "\u0003":
      return [{ kind: "interrupt" }];
    case "\u0004":
      return [{ kind: "end" }];
    case "\u0015":
      return [{ kind: "clear" }];
    default:
      return character < " " ? [] : [{ kind: "text", text: character }];
  }
}
