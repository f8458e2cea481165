import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { logTail } from "./log-tail.ts";
import { createMasker, maskFile } from "./mask.ts";

describe("masking", () => {
  test("a secret is masked in the forms that tools print", () => {
    const secret = 'pass/word "x"';
    const { mask } = createMasker({ TOKEN: secret });
    const forms = [
      secret,
      JSON.stringify(secret),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ];
    for (const form of forms) assert.ok(mask(`a ${form} b`).includes("***"), form);
    assert.equal(mask(`a ${secret} b`), "a *** b");
  });

  test("each line of a secret of several is masked", () => {
    const { mask } = createMasker({ KEY: "BEGIN KEY\nabcdefgh\nEND KEY" });
    assert.equal(mask("line abcdefgh of it"), "line *** of it");
  });

  test("a secret that begins another leaves nothing of it", () => {
    const { mask } = createMasker({ A: "secret", B: "secret-and-more" });
    assert.equal(mask("secret-and-more secret"), "*** ***");
  });

  test("values too short to be secrets spoil no text", () => {
    const { mask } = createMasker({ A: "", B: "1", C: "abc" });
    assert.equal(mask("abc 1"), "abc 1");
  });

  test("a log is masked in place, wherever in it the secret lies, and nothing else changes", async () => {
    await using folder = await temporaryFolder();
    const secret = "gehüimnis-€uro";
    const length = Buffer.byteLength(secret);
    // Around the border of what is read at once, where a secret could be cut in two.
    const aroundBorder = fc.integer({ min: 2 ** 20 - 2 * length, max: 2 ** 20 + 2 * length });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(100), aroundBorder), fc.nat(50), async (before, after) => {
        const path = join(folder.path, "log");
        const [head, tail] = [Buffer.alloc(before, 0xff), Buffer.alloc(after, "z")];
        await writeFile(path, Buffer.concat([head, Buffer.from(secret + secret), tail]));
        await maskFile(path, createMasker({ S: secret }));
        const expected = Buffer.concat([head, Buffer.alloc(2 * length, "*"), tail]);
        assert.ok((await readFile(path)).equals(expected), `${before} ${after}`);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the tail of a log", () => {
  test("it has at most 20 lines and 4 KiB, whole lines only", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "log");
    const none = createMasker({});
    await writeFile(path, Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join(""));
    assert.equal(
      await logTail(path, none),
      Array.from({ length: 20 }, (_, index) => `line ${index + 980}`).join("\n"),
    );
    await writeFile(path, `${"a".repeat(3000)}\n${"b".repeat(3000)}\n`);
    assert.equal(await logTail(path, none), "b".repeat(3000));
    await writeFile(path, "c".repeat(100_000));
    assert.equal(await logTail(path, none), "c".repeat(4096));
  });

  test("a secret that the cut goes through is masked whole", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "log");
    const secret = "0123456789abcdef";
    for (let shift = 0; shift < secret.length + 2; shift++) {
      await writeFile(path, `${"x".repeat(50)}${secret}${"y".repeat(4096 - shift)}`);
      assert.ok(!/[0-9a-f]/.test(await logTail(path, createMasker({ S: secret }))), String(shift));
    }
  });

  test("a log that is not there has no tail", async () => {
    assert.equal(await logTail("/surely/not/there", createMasker({})), "");
  });
});

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "ligase-mask-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
