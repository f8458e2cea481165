import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutorCases } from "./rig.ts";

const SECRET = "s3cret 'with' \"quotes\"\nand $(a) second line";

export const environmentCases: ExecutorCases = {
  "a script learns its resources, attempt and task, and its temporary files lie in the work folder": async (
    rig,
  ) => {
    const ended = await rig.run({
      command:
        'echo "$LIGASE_CPUS $LIGASE_MEMORY_MIB $LIGASE_ATTEMPT $LIGASE_TASK"; test -d "$TMPDIR"; case "$TMPDIR" in "$PWD"/*) echo inside ;; esac',
      attempt: 3,
      task: "align reads",
      resources: { cpu: 1.5, memoryBytes: 1536 * 2 ** 20, gpu: 0, diskBytes: 0 },
    });
    assert.equal(ended.value, "1 1536 3 align reads\ninside");
  },

  "variables reach the script as they are": async (rig) => {
    const ended = await rig.run({
      command: 'printf "%s|%s" "$ODD" "$EMPTY"',
      env: { ODD: 'a\'b\n$(c) "d" \\e', EMPTY: "" },
    });
    assert.equal(ended.value, 'a\'b\n$(c) "d" \\e|');
  },

  "a name that no shell can export is an error that says so": async (rig) => {
    const { error } = await rig.run({ command: "true", env: { "my.name": "x" } });
    assert.deepEqual([error.kind, error.code], ["misuse", "environment-name-not-valid"]);
    assert.match(error.message, /my\.name/);
  },

  "a secret reaches the script by its environment, and no file keeps it": async (rig) => {
    const { outcome, spec } = await rig.run({
      command:
        'test "${#TOKEN}" -gt 20; tr "\\0" "\\n" </proc/$$/cmdline | grep -cF "${TOKEN%% *}" || true; echo "$TOKEN"; echo "$TOKEN" >&2; exit 4',
      secrets: { TOKEN: SECRET },
    });
    assert.ok(!outcome.ok);
    assert.ok(!JSON.stringify(outcome).includes("s3cret"), JSON.stringify(outcome));
    assert.ok(!JSON.stringify(outcome).includes("second line"));
    assert.equal(outcome.error.details?.["exitCode"], 4);
    const logs = join(spec.folder, ".ligase");
    for (const name of await readdir(logs))
      assert.ok(!(await readFile(join(logs, name), "utf8")).includes("s3cret"), name);
    assert.match(await readFile(join(logs, "stdout"), "utf8"), /^0\n\*+/);
  },

  "a secret in a text output is masked": async (rig) => {
    const ended = await rig.run({ command: 'echo "token=$TOKEN;"', secrets: { TOKEN: "abcd1234" } });
    assert.match(String(ended.value), /^token=\*+;$/);
  },

  "one script does not see the secrets and variables of another": async (rig) => {
    for (const key of ["A", "B", "C"])
      await rig.run({ command: `mine=${key}; f() { :; }; cd /`, secrets: { [key]: "hidden-away" } });
    const ended = await rig.run({
      command: 'echo "${A-}${B-}${C-}${mine-}"; declare -F f || true; set | grep -c "hidden-away" || true',
    });
    assert.equal(ended.value, "\n0");
  },
};
