import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { isFile } from "./file-value.ts";
import type { ExecutorCases } from "./rig.ts";

/** Names that a careless engine would split, expand, run or take for an option. */
export const ODD_NAMES = [
  "two words",
  "it's",
  'a "quoted" one',
  "$(touch executed)",
  "`touch executed`",
  "-n",
  "line\nbreak",
  "*?[a]",
  "ä·β",
];

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export const scriptCases: ExecutorCases = {
  "standard output is the value, without its last line break": async (rig) => {
    assert.equal((await rig.run({ command: "printf 'one\\n\\ntwo\\n\\n'" })).value, "one\n\ntwo\n");
    assert.equal((await rig.run({ command: "echo aside >&2", outputs: { kind: "stderr" } })).value, "aside");
  },

  "a failing command in the middle of a pipe fails the script, with the tail of standard error": async (
    rig,
  ) => {
    const ended = await rig.run({
      command: "seq 30 >&2; echo data | { cat; exit 7; } | cat\necho not reached",
    });
    const { kind, code, message, task, details } = ended.error;
    assert.deepEqual([kind, code, task], ["user", "script-failed", "make"]);
    assert.match(message, /"make" .*exit code 7\. Last lines of standard error:\n11\n12\n/s);
    assert.equal(details?.["exitCode"], 7);
    assert.equal(details?.["stderrTail"], Array.from({ length: 20 }, (_, index) => index + 11).join("\n"));
    assert.equal(details?.["folder"], ended.spec.folder);
    assert.equal(ended.outcome.usage.exitCode, 7);
    assert.equal(await ended.text(".ligase/stdout"), "data\n");
  },

  "an unset variable fails the script": async (rig) => {
    const ended = await rig.run({ command: 'echo "$surely_not_set"' });
    assert.match(ended.error.message, /surely_not_set: unbound variable/);
  },

  "another interpreter by shebang works, under the indentation of the template": async (rig) => {
    const ended = await rig.run({
      command: "\n    #!/usr/bin/awk -f\n    BEGIN {\n      print 6 * 7\n    }\n  ",
    });
    assert.equal(ended.value, "42");
  },

  "here-documents in the command end where they should, whatever their marker": async (rig) => {
    const markers = ["EOF", "END", "LIGASE", "_ligase"];
    const command = markers
      .map((marker) => `      cat <<'${marker}'\n      $HOME ${marker}s\n      ${marker}`)
      .join("\n");
    const ended = await rig.run({ command: `${command}\n      echo after` });
    assert.equal(ended.value, [...markers.map((marker) => `$HOME ${marker}s`), "after"].join("\n"));
  },

  "odd names of inputs and outputs are passed intact and never executed": async (rig) => {
    const inputs = await Promise.all(
      ODD_NAMES.map(async (name, index) => ({
        path: `in/${index}/${name}`,
        source: await rig.file(name, `text of ${name}`),
      })),
    );
    const copies = inputs.map(({ path }, index) => `cp -- ${quote(path)} ./${quote(ODD_NAMES[index] ?? "")}`);
    const ended = await rig.run({
      command: [...copies, "test ! -e executed"].join("\n"),
      inputs,
      outputs: { kind: "list", items: ODD_NAMES.map((path) => ({ kind: "file", path })) },
    });
    const files = (ended.value as readonly unknown[]).filter(isFile);
    assert.deepEqual(
      files.map(({ name }) => name),
      ODD_NAMES,
    );
    assert.deepEqual(
      await Promise.all(files.map((file) => readFile(file.path, "utf8"))),
      ODD_NAMES.map((name) => `text of ${name}`),
    );
  },

  "the work folder is empty at the start, also when an attempt cut short was there": async (rig) => {
    const first = await rig.run({ command: "echo left >debris; exit 1" });
    assert.equal(await first.text("debris"), "left\n");
    const again = await rig.run({ command: "ls -A", folder: first.spec.folder });
    assert.equal(again.value, ".ligase");
  },

  "a failed script's folder is kept whole and can be run again by hand": async (rig) => {
    const input = { path: "in/a", source: await rig.file("a", "hello") };
    const { spec, error } = await rig.run({
      command: 'cat in/a; echo "$COLOUR $LIGASE_TASK" | tee half-done; exit 5',
      inputs: [input],
      env: { COLOUR: "deep 'blue'" },
    });
    assert.match(error.remedy ?? "", /bash \.ligase\/run\.sh/);
    const repeated = (): string =>
      execFileSync("bash", [".ligase/run.sh"], {
        cwd: spec.folder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
      });
    assert.throws(repeated, { status: 5, stdout: "hellodeep 'blue' make\n" });
  },

  "after success only the logs stay": async (rig) => {
    const ended = await rig.run({
      command: "mktemp >/dev/null; mkdir -p a/b; echo x >a/b/c; chmod 500 a/b; echo y >kept; ls -A",
      outputs: {
        kind: "record",
        fields: { kept: { kind: "file", path: "kept" }, seen: { kind: "stdout" } },
      },
    });
    assert.equal((ended.value as { readonly seen: string }).seen, ".ligase\na\nkept");
    const left = await rig.run({
      command: `ls -A ${quote(ended.spec.folder)} ${quote(ended.spec.folder)}/.ligase`,
    });
    assert.match(String(left.value), /^\.ligase\n\n|:\n\.ligase\n\n/m);
    assert.ok(!String(left.value).includes("tmp."), String(left.value));
  },

  "standard output can be followed while the script runs": async (rig) => {
    const [said, go] = [rig.pipe("said"), rig.pipe("go")];
    const spec = rig.job({
      command: `echo early; echo >${quote(said)}; read -r _ <${quote(go)}; echo late`,
    });
    rig.executor.submit([spec]);
    await readFile(said);
    assert.equal(await readFile(`${spec.folder}/.ligase/stdout`, "utf8"), "early\n");
    await rig.release(go);
    assert.equal((await rig.ended(spec)).value, "early\nlate");
  },

  "large output goes to disk, not to memory": async (rig) => {
    const before = process.memoryUsage().rss;
    const ended = await rig.run({
      command: "head -c 1G /dev/zero",
      outputs: { kind: "value", value: null },
    });
    assert.equal(ended.value, null);
    assert.equal((await stat(`${ended.spec.folder}/.ligase/stdout`)).size, 2 ** 30);
    assert.ok(process.memoryUsage().rss - before < 200 * 2 ** 20);
  },

  "the clock of a script's shell begins with the script": async (rig) => {
    await rig.run({ command: "sleep 1.1" });
    assert.equal((await rig.run({ command: 'echo "$SECONDS"; echo "$BASH_SUBSHELL"' })).value, "0\n0");
  },

  "a script that has nothing to read reads nothing": async (rig) => {
    assert.equal((await rig.run({ command: "wc -c" })).value, "0");
  },

  "a command that is not installed is named, with its package when it is a known tool": async (rig) => {
    const unknown = await rig.run({ command: "surely-no-such-tool --help" });
    assert.deepEqual([unknown.error.kind, unknown.error.code], ["user", "tool-not-found"]);
    assert.match(unknown.error.message, /surely-no-such-tool/);
    const known = await rig.run({ command: "PATH=/nowhere\nfeatureCounts -v" });
    assert.match(known.error.remedy ?? "", /apt-get install subread, or conda install .* subread/);
  },

  "a full disk is a failure of resources": async (rig) => {
    const ended = await rig.run({ command: "echo text >/dev/full" });
    assert.deepEqual([ended.error.kind, ended.error.code], ["resource", "script-disk-full"]);
  },
};
