import { closeSync, cpSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Scene } from "./scene.ts";

const PIECE = Buffer.alloc(16_384);

/** A small file system that can be filled to the last byte and freed again. */
export class SmallDisk {
  readonly folder: string;
  readonly #ballast: string;

  /** @param folder where it is mounted */
  constructor(folder: string) {
    this.folder = folder;
    this.#ballast = join(folder, "ballast");
  }

  fill(): void {
    const ballast = openSync(this.#ballast, "a");
    try {
      for (let size = PIECE.length; size >= 1; size >>= 1) writeUntilFull(ballast, PIECE.subarray(0, size));
    } finally {
      closeSync(ballast);
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Copies what is on it into the scene's folder, for it goes with the process that mounted it. */
  keep(scene: Scene): void {
    cpSync(scene.disk, join(scene.folder, "disk"), { recursive: true, verbatimSymlinks: true });
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) if (writeSync(file, piece) < piece.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
