import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { isLigaseError } from "@ligase/sdk";
import { HashPool } from "./hash-pool.ts";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { hasContentNow, lookAtFile, readContent, readContentNow, type Reading } from "./identity.ts";
import { isOlderThan, timesAreTrusted } from "./trusted-times.ts";

describe("when times are believed", () => {
  test("a file read in the tick of its last change is read again; once it is older, one look is enough", (t) => {
    const { path, reading } = setup(t);
    writeFileSync(path, "hello");
    const changedNs = lookAtFile(path).ctimeNs;
    const expected = {
      digest: readContentNow(path, { ...reading, nowNs: () => changedNs })?.digest ?? "",
      size: 5,
    };
    assert.equal(hasContentNow(path, expected, reading), null);
    readContentNow(path, { ...reading, nowNs: () => changedNs + 1_000_000_000n });
    assert.equal(hasContentNow(path, expected, reading), true);
  });

  test("an identity holds for exactly one change time, also when the modification time is set back", (t) => {
    const { path, reading } = setup(t);
    writeFileSync(path, "hello");
    utimesSync(path, 1_000_000, 1_000_000);
    const digest = readContentNow(path, inAnHour(reading))?.digest ?? "";
    assert.equal(hasContentNow(path, { digest, size: 5 }, reading), true);
    writeFileSync(path, "jello");
    utimesSync(path, 1_000_000, 1_000_000);
    assert.equal(hasContentNow(path, { digest, size: 5 }, reading), null);
    assert.notEqual(readContentNow(path, reading)?.digest, digest);
  });

  test("where only whole seconds are kept, the granularity is that of seconds", () => {
    const stats = statSync("/", { bigint: true });
    const wholeSeconds: BigIntStats = { ...stats, mtimeNs: 5_000_000_000n, ctimeNs: 5_000_000_000n };
    const fine: BigIntStats = { ...stats, mtimeNs: 5_000_000_000n, ctimeNs: 5_000_000_001n };
    assert.equal(isOlderThan(5_000_000_000n, 6_500_000_000n, wholeSeconds), false);
    assert.equal(isOlderThan(5_000_000_000n, 7_500_000_000n, wholeSeconds), true);
    assert.equal(isOlderThan(5_000_000_000n, 6_500_000_000n, fine), true);
  });

  test("a file system that is not known to keep the kernel's change times is not believed, unless vouched for", (t) => {
    const { path, reading } = setup(t);
    assert.equal(timesAreTrusted(path, statSync(path, { bigint: true }).dev), true);
    // No disk at all stands for a network's: neither is in the list.
    assert.equal(timesAreTrusted("/proc", statSync("/proc", { bigint: true }).dev), false);
    const known = readContentNow("/sys/kernel/notes", inAnHour(reading));
    const expected = { digest: known?.digest ?? "", size: Number(known?.stats.size) };
    assert.equal(hasContentNow("/sys/kernel/notes", expected, reading), null);
    const vouched = { ...inAnHour(reading), trustAllTimes: true };
    readContentNow("/sys/kernel/notes", vouched);
    assert.equal(hasContentNow("/sys/kernel/notes", expected, vouched), true);
  });
});

describe("reading content", () => {
  test("the loop goes on while a large file is read", async (t) => {
    const { path, reading } = setup(t);
    truncateSync(path, 200 * 1024 * 1024);
    let turns = 0;
    let reads = true;
    const turn = (): void => {
      turns++;
      if (reads) setImmediate(turn);
    };
    turn();
    await readContent(path, reading).finally(() => (reads = false));
    assert.ok(turns > 10, `${turns} turns`);
  });

  test("more large files than threads are all read", async (t) => {
    const { folder, reading } = setup(t);
    const paths = Array.from({ length: 12 }, (_, index) => join(folder, `large-${index}`));
    for (const [index, path] of paths.entries()) {
      const file = openSync(path, "w");
      ftruncateSync(file, 2 * 1024 * 1024 + index);
      closeSync(file);
    }
    const contents = await Promise.all(paths.map((path) => readContent(path, reading)));
    assert.equal(new Set(contents.map((content) => content.digest)).size, paths.length);
  });

  test("a large file that is written to while it is read is not given a digest of neither content", async (t) => {
    const { path, reading } = setup(t);
    truncateSync(path, 64 * 1024 * 1024);
    let reads = true;
    let size = 64 * 1024 * 1024;
    const grow = (): void => {
      if (!reads) return;
      truncateSync(path, ++size);
      setImmediate(grow);
    };
    grow();
    await assert.rejects(
      readContent(path, reading).finally(() => (reads = false)),
      (error) => isLigaseError(error, "file-changed-while-read"),
    );
  });

  test("a file without the right to read is refused, small or large", async (t) => {
    const { path, reading } = setup(t);
    writeFileSync(path, "hello");
    for (const size of [5, 2 * 1024 * 1024]) {
      truncateSync(path, size);
      chmodSync(path, 0);
      await asNobody(path, () =>
        assert.rejects(readContent(path, reading), (error) => isLigaseError(error, "file-not-readable")),
      );
      chmodSync(path, 0o600);
    }
  });

  test("closing the pool refuses what is still being read", async (t) => {
    const { path, reading } = setup(t);
    truncateSync(path, 512 * 1024 * 1024);
    const read = assert.rejects(readContent(path, reading), /closed/);
    await reading.pool.close();
    await read;
    await assert.rejects(readContent(path, reading), /closed/);
  });
});

function setup(t: TestContext): { folder: string; path: string; reading: Reading } {
  const folder = mkdtempSync(join(tmpdir(), "ligase-identity-"));
  const pool = new HashPool();
  t.after(async () => {
    await pool.close();
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "file");
  writeFileSync(path, "");
  const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
  return {
    folder,
    path,
    reading: {
      identities: createIdentitiesInMemory(),
      pool,
      nowNs,
      trustAllTimes: false,
      inFlight: new Map(),
    },
  };
}

const inAnHour = (reading: Reading): Reading => ({
  ...reading,
  nowNs: () => reading.nowNs() + 3_600_000_000_000n,
});

/** The superuser may read everything: for the time of the work, the process is nobody. */
async function asNobody(path: string, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  chmodSync(join(path, ".."), 0o755);
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
