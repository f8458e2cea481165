import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { OutputSpec } from "@ligase/sdk/internal";
import { isDir, isFile } from "./file-value.ts";
import type { ExecutorCases } from "./rig.ts";

export const outputCases: ExecutorCases = {
  "the value has the shape of the outputs": async (rig) => {
    const ended = await rig.run({
      command:
        "echo A >a.txt; mkdir d; echo B >d/b; echo '{\"$n\":[1,null]}'; echo '\"in a file\"' >v.json; echo done >&2",
      outputs: {
        kind: "record",
        fields: {
          file: { kind: "file", path: "a.txt" },
          dir: { kind: "dir", path: "d" },
          json: { kind: "json" },
          rest: {
            kind: "list",
            items: [
              { kind: "stderr" },
              { kind: "json", path: "v.json" },
              { kind: "value", value: { id: "s1" } },
            ],
          },
        },
      },
    });
    const { file, dir, ...plain } = ended.value as Record<string, unknown>;
    assert.deepEqual(plain, { json: { $n: [1, null] }, rest: ["done", "in a file", { id: "s1" }] });
    assert.ok(isFile(file) && isDir(dir));
    assert.deepEqual([file.name, file.size, await readFile(file.path, "utf8")], ["a.txt", 2, "A\n"]);
    assert.deepEqual(await readdir(dir.path), ["b"]);
  },

  "a glob gives its files sorted by path, without inputs and logs": async (rig) => {
    const ended = await rig.run({
      command: "mkdir -p z out; touch z/1.txt out/b.txt 'out/a b.txt' B.txt a.txt .ligase/no.txt",
      inputs: [{ path: "inputs/1/in.txt", source: await rig.file("in.txt", "input") }],
      outputs: { kind: "files", glob: "**/*.txt" },
    });
    assert.deepEqual(namesOf(ended.value), ["B.txt", "a.txt", "a b.txt", "b.txt", "1.txt"]);
  },

  "a missing output is named, with its path and the files that are there": async (rig) => {
    const shapes: readonly (readonly [OutputSpec, string])[] = [
      [{ kind: "file", path: "out.bam" }, "out.bam"],
      [{ kind: "dir", path: "out" }, "out"],
      [{ kind: "files", glob: "*.bam" }, "*.bam"],
      [{ kind: "json", path: "out.json" }, "out.json"],
    ];
    for (const [output, path] of shapes) {
      const { error, spec } = await rig.run({
        command: "touch other.txt",
        outputs: { kind: "record", fields: { result: output } },
      });
      assert.deepEqual([error.kind, error.code], ["user", "output-missing"]);
      assert.ok(
        error.message.includes(`"result"`) &&
          error.message.includes(path) &&
          error.message.includes("other.txt"),
      );
      assert.ok((await readdir(spec.folder)).includes("other.txt"));
    }
  },

  "an optional output that is missing is null, a list of none is empty": async (rig) => {
    const items: OutputSpec[] = [
      { kind: "file", path: "no", optional: true },
      { kind: "dir", path: "no", optional: true },
      { kind: "files", glob: "no*", optional: true },
    ];
    assert.deepEqual((await rig.run({ command: "true", outputs: { kind: "list", items } })).value, [
      null,
      null,
      [],
    ]);
  },

  "conditions on content are checked": async (rig) => {
    const sha256 = createHash("sha256").update(">chr1\nACGT\n").digest("hex");
    const codeFor = async (output: OutputSpec): Promise<string> => {
      const { outcome } = await rig.run({
        command: "printf '>chr1\\nACGT\\n' >a.fa; touch empty; mkdir none",
        outputs: output,
      });
      return outcome.ok ? "ok" : (outcome.error.code ?? outcome.error.message);
    };
    const file = { kind: "file", path: "a.fa" } as const;
    assert.equal(await codeFor({ ...file, nonEmpty: true, sha256, matches: "^>chr\\d" }), "ok");
    assert.equal(await codeFor({ kind: "file", path: "empty", nonEmpty: true }), "output-empty");
    assert.equal(await codeFor({ kind: "dir", path: "none", nonEmpty: true }), "output-empty");
    assert.equal(await codeFor({ kind: "files", glob: "*", nonEmpty: true }), "output-empty");
    assert.equal(await codeFor({ ...file, sha256: "0".repeat(64) }), "output-checksum-wrong");
    assert.equal(await codeFor({ ...file, matches: "^@SQ" }), "output-pattern-missing");
    assert.equal(await codeFor({ kind: "file", path: "none" }), "output-wrong-kind");
    assert.equal(await codeFor({ kind: "dir", path: "a.fa" }), "output-wrong-kind");
    assert.equal(await codeFor({ kind: "json", path: "a.fa" }), "output-not-json");
  },

  "an output outside the work folder is refused, by path as by link": async (rig) => {
    for (const path of [
      "../escape",
      "/etc/hostname",
      "a/../../escape",
      ".",
      "link",
      "linked/hostname",
      ".ligase/stdout",
    ]) {
      const command = "touch ../escape; ln -s /etc/hostname link; ln -s /etc linked";
      const { error } = await rig.run({ command, outputs: { kind: "file", path } });
      assert.deepEqual([path, error.kind, error.code], [path, "user", "path-leaves-folder"]);
    }
    const { error } = await rig.run({
      command: "echo x >a.txt; ln -s /etc/hostname b.txt",
      outputs: { kind: "files", glob: "*.txt" },
    });
    assert.deepEqual([error.kind, error.code], ["user", "path-leaves-folder"]);
  },

  "a glob is as in bash, with `**`: hidden names must be written out, and nothing is looked for behind links":
    async (rig) => {
      const command =
        "mkdir -p d/e .h; touch a.txt .b.txt d/e/c.txt .h/d.txt; ln -s d linked; ln -s loop loop";
      const globs = ["*.txt", ".*.txt", "**/*.txt", "{a,d/e/c}.txt", "[!b].txt"];
      const items = globs.map((glob) => ({ kind: "files", glob }) as const);
      const { value } = await rig.run({ command, outputs: { kind: "list", items } });
      assert.deepEqual((value as readonly unknown[]).map(namesOf), [
        ["a.txt"],
        [".b.txt"],
        ["a.txt", "c.txt"],
        ["a.txt", "c.txt"],
        ["a.txt"],
      ]);
    },

  "a log that the script replaced by a pipe is an error, not waited for": async (rig) => {
    const { error } = await rig.run({ command: "rm .ligase/stdout; mkfifo .ligase/stdout" });
    assert.deepEqual([error.kind, error.code], ["user", "output-wrong-kind"]);
  },

  "a folder that its script made read-only, with a link in a circle, is taken, and the same again": async (
    rig,
  ) => {
    for (let time = 0; time < 2; time++) {
      const { value } = await rig.run({
        command: "mkdir -p d/e; echo x >d/e/f; ln -s circle d/circle; chmod -R a-w d",
        outputs: { kind: "dir", path: "d" },
      });
      assert.ok(isDir(value));
      assert.equal(await readFile(`${value.path}/e/f`, "utf8"), "x\n");
    }
  },

  "links inside the work folder are followed, and a linked input is given on as it is": async (rig) => {
    const source = await rig.file("in.txt", "input");
    const ended = await rig.run({
      command: "echo made >v1.txt; ln -s v1.txt latest.txt; ln -s in.txt again.txt",
      inputs: [{ path: "in.txt", source }],
      outputs: {
        kind: "list",
        items: ["v1.txt", "latest.txt", "again.txt"].map((path) => ({ kind: "file", path })),
      },
    });
    assert.deepEqual(namesOf(ended.value), ["v1.txt", "latest.txt", "again.txt"]);
    const texts = (ended.value as readonly unknown[]).filter(isFile).map((file) => file.text());
    assert.deepEqual(await Promise.all(texts), ["made\n", "made\n", "input"]);
    assert.equal(await source.text(), "input");
  },

  "outputs may lie in one another": async (rig) => {
    const items: OutputSpec[] = [
      { kind: "dir", path: "results" },
      { kind: "file", path: "results/report.txt" },
      { kind: "files", glob: "results/*" },
    ];
    const ended = await rig.run({
      command: "mkdir results; echo fine >results/report.txt",
      outputs: { kind: "list", items },
    });
    const [dir, file, files] = ended.value as readonly unknown[];
    assert.ok(isDir(dir) && isFile(file));
    assert.deepEqual(
      [await readdir(dir.path), await file.text(), namesOf(files)],
      [["report.txt"], "fine\n", ["report.txt"]],
    );
  },

  "a file that is a deck is a file and a deck": async (rig) => {
    const ended = await rig.run({
      command: "echo '<p>fine</p>' >qc.html",
      outputs: { kind: "file", path: "qc.html", deck: "qc" },
    });
    assert.ok(isFile(ended.value));
    const deck = ended.outcome.decks[0];
    assert.deepEqual([deck?.name, deck?.mediaType, ended.outcome.decks.length], ["qc", "text/html", 1]);
    assert.equal(await readFile(deck?.path ?? "", "utf8"), "<p>fine</p>\n");
  },
};

const namesOf = (value: unknown): readonly string[] =>
  (value as readonly unknown[]).filter(isFile).map(({ name }) => name);
