import type { FileIdentities } from "../../ports/file-store.ts";
import type { Prepare } from "./database.ts";
import { upsert } from "./upsert.ts";

const PUT = upsert(
  "file_identity",
  ["uri"],
  ["digest", "size", "device", "inode", "mtime_ns", "ctime_ns", "hashed_at_ns"],
);

export function fileIdentityStore(prepare: Prepare): FileIdentities {
  return {
    get(uri) {
      const row = prepare("SELECT * FROM file_identity WHERE uri = ?").get(uri);
      if (row === undefined) return null;
      const ns = (name: string): bigint => BigInt(row[name] as string);
      return {
        uri,
        digest: row["digest"] as string,
        size: row["size"] as number,
        device: ns("device"),
        inode: ns("inode"),
        mtimeNs: ns("mtime_ns"),
        ctimeNs: ns("ctime_ns"),
        hashedAtNs: ns("hashed_at_ns"),
      };
    },
    put(identity) {
      prepare(PUT).queue(
        identity.uri,
        identity.uri,
        identity.digest,
        identity.size,
        String(identity.device),
        String(identity.inode),
        String(identity.mtimeNs),
        String(identity.ctimeNs),
        String(identity.hashedAtNs),
      );
    },
  };
}
