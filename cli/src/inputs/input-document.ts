import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

/** The inputs in a JSON file, or on standard input for `-`. Throws the problem `input-document-invalid`. */
export async function readInputDocument(
  source: string,
  world: World,
): Promise<Readonly<Record<string, unknown>>> {
  const name = source === "-" ? "standard input" : source;
  const document = parse(await read(source, world), name);
  if (typeof document === "object" && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>;
  throw invalid(name, "it is not a JSON object");
}

async function read(source: string, world: World): Promise<string> {
  if (source === "-") return await world.readInput();
  try {
    return await readFile(resolve(world.cwd, source), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw invalid(source, code === "ENOENT" ? "there is no such file" : message);
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(name, error instanceof Error ? error.message : String(error));
  }
}

const invalid = (source: string, reason: string): Problem =>
  new Problem("input-document-invalid", { source, reason });
