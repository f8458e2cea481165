import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { isLigaseError } from "@ligase/sdk";
import fc from "fast-check";
import { changes, codeOf, ENTRY, hashOf, LIGASE, write } from "./testing/test-project.ts";

describe("normalisation", () => {
  const tokens =
    `import { task } from "ligase" ; const K = [ 1 , 2 ] ; function help ( a , b = { c : 1 , } ) { for ( const x of K ) { b . c += a ?? x ; } return \`v\${ b . c }\` ; } export const t = task ( { name : "t" } , async ( x ) => { const r = /a+/g ; return help ( x , { c : r . lastIndex } ) ; } ) ;`.split(
      " ",
    );
  const plain = tokens.join(" ");

  it("white space and comments between any tokens never change a hash", () => {
    const gap = fc.constantFrom(" ", "  ", "\t", " /* note */ ", " /* { */ ");
    const expected = hashOf({ [ENTRY]: plain }, "task (");
    fc.assert(
      fc.property(fc.array(gap, { minLength: tokens.length, maxLength: tokens.length }), (gaps) => {
        const text = tokens.map((token, index) => token + (gaps[index] ?? " ")).join("");
        assert.equal(
          codeOf(write({ [ENTRY]: text }), /task\s*(\/\*.*?\*\/)?\s*\(/.exec(text)?.[0] ?? "").hash,
          expected,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("a change of any token that carries meaning changes the hash", () => {
    const expected = hashOf({ [ENTRY]: plain }, "task (");
    for (const [from, to] of [
      ["+=", "-="],
      ["??", "||"],
      ["1 ,", "3 ,"],
      ["/a+/g", "/a+/i"],
      ["`v", "`w"],
      ["async", ""],
      ["const x", "let x"],
    ]) {
      assert.notEqual(
        hashOf({ [ENTRY]: plain.replace(from ?? "", to ?? "") }, "task ("),
        expected,
        `${from} → ${to}`,
      );
    }
  });
});

describe("files that cannot be read as they are", () => {
  it("a syntax error is reported with file, line and column", () => {
    const broken = {
      "lib.ts": "export const ok = 1;\nexport const used: = 1;",
      "lib.mjs": "export const ok = 1;\nexport const used = ;",
    };
    for (const [name, column] of [
      ["lib.ts", 20],
      ["lib.mjs", 21],
    ] as const) {
      const folder = write({
        ...broken,
        [ENTRY]: `${LIGASE}import { used } from "./${name}";\nexport const a = task({ name: "a" }, () => used);`,
      });
      assert.throws(
        () => codeOf(folder),
        (error) =>
          isLigaseError(error, "code-not-parsable") &&
          error.message.startsWith(`${join(folder, name)}:2:${column} `),
      );
    }
  });

  it("very long chains of operators and calls are read without running out of stack", () => {
    const long = `export const used = s${".trim()".repeat(3000)}; const s = ${"'a' + ".repeat(1500)}'b';`;
    const files = {
      [ENTRY]: `${LIGASE}import { used } from "./lib.js";\nexport const a = task({ name: "a" }, () => used);`,
      "lib.js": long,
    };
    assert.ok(changes(files, { "lib.js": long.replace("'b'", "'c'") }));
  });
});
