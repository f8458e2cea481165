// Prints the Debian packages that the tests of this repository need and this machine does not have, on one line.
import { globSync, readFileSync } from "node:fs";
import { debianPackages, isTool, needs } from "../testkit/src/needs.ts";

const NEEDS_CALL = /\bneeds\(([^)]*)\)/g;
const TEXT = /"([^"]+)"/g;

const text = globSync(["*/**/*.test.ts", "*/**/testing/*.ts"], {
  exclude: ["**/node_modules", "testkit/src/needs.test.ts"],
})
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");
const lists = Array.from(text.matchAll(NEEDS_CALL), ([, list = ""]) => list).join();
const named = Array.from(lists.matchAll(TEXT), ([, name = ""]) => name);

const missing = named.filter(isTool).filter((tool) => needs(tool).skip !== false);
console.log(debianPackages(missing).join(" "));
