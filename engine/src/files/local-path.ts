import { fileURLToPath } from "node:url";
import { LigaseError } from "@ligase/sdk";

/** Local path of a `file:` URI. Throws `uri-not-supported`. */
export function localPathOf(uri: string): string {
  if (!uri.startsWith("file:")) throw new LigaseError("uri-not-supported", { uri });
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new LigaseError("uri-not-supported", { uri }, { cause });
  }
}
