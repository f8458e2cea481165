import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkManifest } from "./manifest.ts";

describe("checkManifest", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "manifest-"));
    for (const name of ["a1", "a2", "b1", "b2"]) await writeFile(join(folder, `${name}.fastq.gz`), name);
  });
  after(() => rm(folder, { recursive: true }));

  const check = (...lines: readonly string[]) =>
    checkManifest(join(folder, "manifest.csv"), lines.join("\n"));
  const header = "sample,lane,fastq_1,fastq_2";
  const good = "a,L001,a1.fastq.gz,a2.fastq.gz";

  test("read files are found beside the manifest", async () => {
    const [lane] = await check(header, good);
    const expected = {
      sample: "a",
      lane: "L001",
      fastq1: join(folder, "a1.fastq.gz"),
      fastq2: join(folder, "a2.fastq.gz"),
    };
    assert.deepEqual(lane, expected);
  });

  test("a spreadsheet's byte order mark, Windows line ends, quotes and column order do not matter", async () => {
    const lanes = await check(
      '\uFEFFlane,sample,"fastq_2",fastq_1\r',
      '"L001",a,a2.fastq.gz,"a1.fastq.gz"\r',
      "",
    );
    assert.deepEqual(lanes, await check(header, good));
  });

  test("a missing column is named", async () => {
    await assert.rejects(
      check("sample,lane,fastq_1", "a,L001,a1.fastq.gz"),
      /row 1: there is no column fastq_2/,
    );
  });

  test("a manifest without rows is refused", async () => {
    await assert.rejects(check(header), /there are no rows/);
  });

  test("a missing mate is named by row and column", async () => {
    await assert.rejects(check(header, "a,L001,a1.fastq.gz,"), /row 2, column "fastq_2": a mate is missing/);
  });

  test("a file that is not there is named by row and column", async () => {
    const bad = "b,L001,b1.fastq.gz,gone.fastq.gz";
    await assert.rejects(
      check(header, good, bad),
      /row 3, column "fastq_2": there is no file "gone.fastq.gz"/,
    );
  });

  test("a lane that a sample has twice is refused", async () => {
    const again = "a,L001,b1.fastq.gz,b2.fastq.gz";
    await assert.rejects(
      check(header, good, again),
      /row 3, column "lane": this sample has the lane already, in row 2/,
    );
  });

  test("two samples may have lanes of one name", async () => {
    assert.equal((await check(header, good, "b,L001,b1.fastq.gz,b2.fastq.gz")).length, 2);
  });

  test("a file listed twice is refused, also as its own mate", async () => {
    const text = /row 2, column "fastq_2": the file is listed already/;
    await assert.rejects(check(header, "a,L001,a1.fastq.gz,a1.fastq.gz"), text);
  });

  test("a sample name that is not fit for a file name is refused", async () => {
    await assert.rejects(
      check(header, "../a,L001,a1.fastq.gz,a2.fastq.gz"),
      /column "sample": "..\/a" is not made of/,
    );
  });

  test("all bad rows are reported at once, in order", async () => {
    const bad = check(header, "a,L001,a1.fastq.gz,", "b,,b1.fastq.gz,gone.fastq.gz");
    await assert.rejects(bad, ({ message }: Error) => {
      const expected = ['row 2, column "fastq_2"', 'row 3, column "lane"', 'row 3, column "fastq_2"'];
      assert.deepEqual(message.match(/row \d, column "\w+"/g), expected);
      return true;
    });
  });
});
