import { readFileSync, statfsSync, statSync } from "node:fs";

/** Network and cluster file systems by the type that Linux gives (statfs). */
const BY_TYPE: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB2",
  0x517b: "SMB",
  0x0bd00bd0: "Lustre",
  0x47504653: "GPFS",
  0x19830326: "BeeGFS",
  0x00c36400: "CephFS",
  0x5346414f: "AFS",
  0x6b414653: "AFS",
  0x7461636f: "OCFS2",
  0x01161970: "GFS2",
  0x73757245: "Coda",
  0x20030528: "OrangeFS",
  0xaad7aaea: "PanFS",
};

const FUSE = 0x65735546;

/** Of the file systems that are programs (FUSE), those that speak to another machine, by the name they are mounted as. */
const BY_NAME =
  /^(?:sshfs|glusterfs|cephfs?|ceph-fuse|s3fs|s3ql|goofys|mount-s3|mountpoint-s3|gcsfuse|blobfuse2?|rclone|juicefs|seaweedfs|curlftpfs|davfs2?|mfs|moosefs|lizardfs|smbnetfs|gvfsd-fuse|nfs|weka|objectivefs|alluxio(?:-fuse)?|hdfs|fuse_dfs|afs|dropbox|google-drive-ocamlfuse|onedriver|xtreemfs|irodsfs|cvmfs2|lustre)$/i;

/**
 * The network or cluster file system that a folder is on, or null for one of this machine. What a machine shares with a
 * guest that runs on it (9p, virtiofs) is not meant: there is no other machine.
 */
export function networkFileSystem(folder: string): string | null {
  // Types are 32 bits; some systems give them with a sign.
  const type = statfsSync(folder).type >>> 0;
  if (type !== FUSE) return BY_TYPE[type] ?? null;
  return fuseNetworkKind(readMounts(), deviceOf(folder));
}

/**
 * The name of the file system of a device (`major:minor`) where it is FUSE and speaks to another machine, as found in
 * the text of `/proc/self/mountinfo`; else null.
 */
export function fuseNetworkKind(mountinfo: string, device: string): string | null {
  for (const line of mountinfo.split("\n")) {
    // 36 35 98:0 /root /mount/point options optional fields - type source options: spaces in them are written \040.
    const [mount = "", system = ""] = line.split(" - ");
    const [type = "", source = ""] = system.split(" ");
    if (mount.split(" ")[2] !== device || !type.startsWith("fuse")) continue;
    // Without a name of its own a program stands in the source, as in `fuse rclone{x}` or `fuse JuiceFS:data`.
    const name = type.startsWith("fuse.") ? type.slice("fuse.".length) : (/^[\w-]+/.exec(source)?.[0] ?? "");
    return BY_NAME.test(name) ? name : null;
  }
  return null;
}

function readMounts(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // There is no Linux below, or no /proc: then the type is all that is known.
    return "";
  }
}

/** As the kernel splits the number of a device. */
function deviceOf(folder: string): string {
  const { dev } = statSync(folder, { bigint: true });
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}
