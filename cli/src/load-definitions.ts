import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "@ligase/engine";
import type { TaskDefinition } from "@ligase/sdk/internal";

/**
 * Imports a user's file and gives what it defines. Loading alone needs no store: the engine that loads gets a folder that
 * is gone afterwards.
 */
export async function loadDefinitions(file: string): Promise<readonly TaskDefinition[]> {
  const root = mkdtempSync(join(tmpdir(), "ligase-load-"));
  const engine = openEngine({ root });
  try {
    return await engine.load(file);
  } finally {
    await engine.close();
    rmSync(root, { recursive: true, force: true });
  }
}
