import { statfsSync, statSync, type BigIntStats } from "node:fs";
import { tmpdir } from "node:os";

/*
 * C14: times prove that a file is unchanged only where the kernel of this machine sets the change time at each change.
 * A file system not listed here (NFS, SMB, FUSE, 9p, FAT, …) may take it from another clock, keep it for a while, or
 * have none.
 */
const TRUSTED_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0xca451a4e, // bcachefs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0x3153464a, // jfs
]);

/** A change time moves in ticks of the kernel's clock, at most 10 ms; doubled. */
const TICK_NS = 20_000_000n;
/** Where only whole seconds are kept; doubled. */
const SECOND_NS = 2_000_000_000n;

const trustedDevices = new Map<bigint, boolean>();

/** Whether times on the file system of `path` prove that a file is unchanged. `device` is the file's device number. */
export function timesAreTrusted(path: string, device: bigint): boolean {
  const known = trustedDevices.get(device);
  if (known !== undefined) return known;
  const trusted = process.platform === "linux" ? isTrustedType(path) : isOnLocalVolume(device);
  trustedDevices.set(device, trusted);
  return trusted;
}

/**
 * The racily-clean rule: a file changed in the same tick of the clock after it was read would look unchanged, so its
 * times prove something only when they were older than the reading by the granularity of the file system.
 */
export function isOlderThan(timeNs: bigint, readAtNs: bigint, stats: BigIntStats): boolean {
  const wholeSeconds = stats.mtimeNs % 1_000_000_000n === 0n && stats.ctimeNs % 1_000_000_000n === 0n;
  return timeNs + (wholeSeconds ? SECOND_NS : TICK_NS) < readAtNs;
}

function isTrustedType(path: string): boolean {
  return TRUSTED_TYPES.has(statfsSync(path).type);
}

/** macOS gives file systems changing numbers; only the volume of the temporary folder is surely local. */
function isOnLocalVolume(device: bigint): boolean {
  return statSync(tmpdir(), { bigint: true }).dev === device;
}
