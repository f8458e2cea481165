import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { suite, test } from "node:test";
import { fuseNetworkKind, networkFileSystem } from "./network-file-system.ts";

const MOUNTS = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:50 / /mnt/lab rw,nosuid,nodev,relatime shared:300 - fuse.sshfs ana@lab:/data rw,user_id=1000
41 27 0:51 / /data/with\\040space\\040-\\040and\\040dash rw,relatime shared:301 master:2 - fuse.glusterfs server:/volume rw
42 27 0:52 / /bucket rw - fuse.s3fs s3fs rw
43 27 0:53 / /drive rw - fuse.rclone drive: rw
44 27 0:54 / /juice rw - fuse.juicefs JuiceFS:data rw
45 27 0:55 / /old rw - fuse sshfs#ana@lab:/data rw
46 27 0:56 / /usb rw - fuseblk /dev/sdb1 rw
47 27 0:57 / /box rw - fuse.fuse-overlayfs fuse-overlayfs rw
48 27 0:58 / /pool rw - fuse.mergerfs a:b rw
49 27 0:59 / /secret rw - fuse.gocryptfs /plain rw
50 27 0:60 / /guest rw - virtiofs share rw
`;

void suite("C19: file systems that are programs", () => {
  for (const [device, kind] of [
    ["0:50", "sshfs"],
    ["0:51", "glusterfs"],
    ["0:52", "s3fs"],
    ["0:53", "rclone"],
    ["0:54", "juicefs"],
    ["0:55", "sshfs"],
  ] as const) {
    test(`that speak to another machine are known by their name: ${kind} (${device})`, () =>
      assert.equal(fuseNetworkKind(MOUNTS, device), kind));
  }

  test("of this machine are none: disks, layers, what encrypts, and what a guest has of its host", () => {
    for (const device of ["0:56", "0:57", "0:58", "0:59", "0:60"])
      assert.equal(fuseNetworkKind(MOUNTS, device), null, device);
  });

  test("that are not in the list of mounts are none, nor is anything of a list that is none", () => {
    assert.equal(fuseNetworkKind(MOUNTS, "0:99"), null);
    for (const text of ["", "\n\n", "40", "40 27 0:50", "40 27 0:50 / /x rw - ", " - fuse.sshfs "])
      assert.equal(fuseNetworkKind(text, "0:50"), null, text);
  });
});

test("C19: the folder for temporary files is on this machine", () => {
  assert.equal(networkFileSystem(tmpdir()), null);
});
