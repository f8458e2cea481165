import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { placeOf } from "../command.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";
import type { Desk, ReadingDesk } from "./desk.ts";
import type { DeskOptions } from "./desk-options.ts";
import type { ServerDesk } from "./server-desk.ts";

/** Opens the desk that the flags name, to decide there. Throws the problems `token-not-given`, `server-url-invalid`. */
export async function openDesk(options: DeskOptions, world: World): Promise<Desk> {
  if (options.server !== undefined) return await openServerDesk(options.server, options, world);
  const { EngineDesk } = await import("./store-desk.ts");
  return new EngineDesk(await world.openEngine(placeOf(options)), world);
}

/** The same only to look: nothing that runs workflows is loaded. */
export async function openReadingDesk(options: DeskOptions, world: World): Promise<ReadingDesk> {
  if (options.server !== undefined) return await openServerDesk(options.server, options, world);
  const { StoreDesk } = await import("./store-desk.ts");
  return new StoreDesk(await world.openInspect(placeOf(options)), world);
}

/** Opens a desk at a server. Throws the problems `token-not-given`, `server-url-invalid`. */
export async function openServerDesk(url: string, options: DeskOptions, world: World): Promise<ServerDesk> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) throw new Problem("server-url-invalid", { url });
  const token = tokenOf(options, world);
  const { ServerDesk } = await import("./server-desk.ts");
  return new ServerDesk(url, token, world);
}

function tokenOf(options: DeskOptions, world: World): string {
  const file = options["token-file"];
  if (file === undefined) {
    const token = world.token();
    if (token === null)
      throw new Problem("token-not-given", { file: null, reason: "LIGASE_TOKEN is not set" });
    return token;
  }
  try {
    return readFileSync(resolve(world.cwd, file), "utf8").trim();
  } catch (error) {
    throw new Problem("token-not-given", {
      file,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
