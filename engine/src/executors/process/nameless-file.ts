import { randomUUID } from "node:crypto";
import { openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Opens a file that has no name any more: nothing of it stays when the last process that has it open ends, however. */
export function openNamelessFile(): number {
  const path = join(tmpdir(), `ligase-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return file;
}
