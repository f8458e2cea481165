import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { sh } from "../authoring/shell.ts";
import { isLigaseError } from "../errors/ligase-error.ts";
import { decode } from "../values/codec.ts";
import type { File } from "../values/file.ts";
import { puppetAttempt } from "./puppet-attempt.ts";
import { ToolFailure } from "./tool-failure.ts";

const read = (...parts: string[]): string => readFileSync(join(...parts), "utf8");

suite("the work folder", () => {
  test("is made when it is first read, not before", () => {
    const { context, folder } = puppetAttempt();
    assert.equal(existsSync(folder), false);
    assert.equal(context.folder, folder);
    assert.equal(existsSync(folder), true);
  });

  test("a file that was not written is an error that names it and what is there", () => {
    const { context } = puppetAttempt();
    writeFileSync(join(context.folder, "other.txt"), "");
    assert.throws(() => context.file("out.bam"), {
      code: "work-file-missing",
      message: /"out\.bam".*holds: other\.txt/,
    });
  });

  test("a folder is no file, and a file no folder", () => {
    const { context } = puppetAttempt();
    mkdirSync(join(context.folder, "d"));
    writeFileSync(join(context.folder, "f"), "");
    assert.equal(context.dir("d").name, "d");
    assert.equal(context.file("f").name, "f");
    assert.throws(() => context.file("d"), { code: "work-file-missing" });
    assert.throws(() => context.dir("f"), { code: "work-file-missing" });
  });

  test("a path out of the folder is refused; a name that begins with dots is not", () => {
    const { context } = puppetAttempt();
    writeFileSync(join(context.folder, "..data"), "");
    assert.throws(() => context.file("../../etc/passwd"), { code: "work-path-outside" });
    assert.throws(() => context.file("/etc/passwd"), { code: "work-path-outside" });
    assert.equal(context.file("..data").name, "..data");
  });
});

suite("what a job tells", () => {
  test("log lines go to the files of the attempt, at once", () => {
    const { context, folder } = puppetAttempt();
    context.log.info("reading");
    context.log.warn("odd");
    context.log.error("bad");
    assert.equal(read(folder, ".ligase/stdout"), "reading\n");
    assert.equal(read(folder, ".ligase/stderr"), "warning: odd\nerror: bad\n");
    context.close();
  });

  test("a job that logs nothing leaves no folder", () => {
    const { context, folder } = puppetAttempt();
    context.close();
    assert.equal(existsSync(folder), false);
  });

  test("progress is bounded and thinned out, but its end is always told", () => {
    const { context, reports } = puppetAttempt();
    for (let step = 0; step <= 1000; step++) context.progress(step / 1000, `step ${step}`);
    context.progress(7);
    assert.ok(reports.length < 50);
    assert.deepEqual(reports[0], { kind: "progress", fraction: 0, message: "step 0" });
    assert.deepEqual(reports.at(-1), { kind: "progress", fraction: 1, message: null });
  });

  test("a checkpoint is saved with its files identified, and loaded by the next attempt", async () => {
    const first = puppetAttempt();
    writeFileSync(join(first.context.folder, "part"), "content");
    assert.equal(first.context.checkpoint.load(), undefined);
    await first.context.checkpoint.save({ done: 3, part: first.context.file("part") });
    const report = first.reports[0];
    assert.ok(report?.kind === "checkpoint");
    const next = puppetAttempt({
      attempt: 2,
      work: { kind: "function", argsText: "{}", checkpoint: report.text },
    });
    const loaded = next.context.checkpoint.load() as { done: number; part: File };
    assert.deepEqual([loaded.done, loaded.part.digest], [3, "sha256:00"]);
    assert.deepEqual(decode(report.text), loaded);
  });

  test("a secret is given by its name, and an undeclared one is an error", () => {
    const { context } = puppetAttempt({ secrets: { TOKEN: "s3cr3t" } });
    assert.equal(context.secrets.get("TOKEN"), "s3cr3t");
    assert.throws(() => context.secrets.get("toString"), {
      code: "secret-not-declared",
      message: /Named: TOKEN/,
    });
  });

  test("secrets are masked in log, progress and decks", () => {
    const { context, folder, reports } = puppetAttempt({ secrets: { TOKEN: "s3cr3t" } });
    context.log.info("with s3cr3t");
    context.progress(1, "using s3cr3t");
    context.deck().markdown("# s3cr3t");
    assert.equal(read(folder, ".ligase/stdout"), "with ***\n");
    assert.deepEqual(reports[0], { kind: "progress", fraction: 1, message: "using ***" });
    assert.doesNotMatch(read(folder, ".ligase/decks/deck.html"), /s3cr3t/);
    context.close();
  });
});

suite("decks", () => {
  test("a deck gathers its parts in one file, which is there even if the job dies", () => {
    const { context } = puppetAttempt();
    const deck = context.deck("qc");
    deck
      .html("<p>raw</p>")
      .markdown("**bold**")
      .table([
        { sample: "S<1>", reads: 12 },
        { sample: null, depth: 3 },
      ]);
    context.deck("qc").image(Buffer.from("png"), "image/png");
    const [kept] = context.close();
    const html = read(kept?.path ?? "");
    assert.equal(kept?.name, "qc");
    assert.match(
      html,
      /<p>raw<\/p>[^]*<strong>bold<\/strong>[^]*<th>depth<\/th>[^]*S&lt;1&gt;[^]*data:image\/png;base64,cG5n/,
    );
  });

  test("a deck as it stands is a file for the result; what is added later is not in it", () => {
    interface Row {
      readonly sample: string;
    }
    const rows: readonly Row[] = [{ sample: "S1" }];
    const { context } = puppetAttempt();
    const page = context.deck("qc").table(rows).file();
    context.deck("qc").markdown("# later");
    assert.equal(page.name, "qc.html");
    const html = readFileSync(page.path, "utf8");
    assert.match(html, /S1/);
    assert.doesNotMatch(html, /later/);
    assert.notEqual(page.path, context.close()[0]?.path);
  });

  test("no name of a deck leaves the folder", () => {
    const { context, folder } = puppetAttempt();
    context.deck("../../evil");
    assert.ok(context.close()[0]?.path.startsWith(join(folder, ".ligase", "decks")));
  });

  test("a picture of unknown kind is an error", () => {
    const { context } = puppetAttempt();
    assert.throws(() => context.deck().image(Buffer.from("")), { code: "image-type-unknown" });
  });
});

suite("tools", () => {
  test("a tool runs in the work folder, its output is text and its files are found", async () => {
    const { context, folder } = puppetAttempt();
    const result = await context.run(sh`pwd; echo ${"a b $(c)"} > ${"out file.txt"}; echo oops >&2`);
    assert.equal(result.stdout, folder);
    assert.equal(result.stderr, "oops");
    assert.equal(await context.file("out file.txt").text(), "a b $(c)\n");
    assert.equal(await result.stdoutFile.text(), `${folder}\n`);
  });

  test("files are placed under their own names, equal names apart", async () => {
    const other = puppetAttempt();
    for (const folder of ["x", "y"]) {
      mkdirSync(join(other.context.folder, folder));
      writeFileSync(join(other.context.folder, folder, "r.txt"), folder);
    }
    const [x, y] = [other.context.file("x/r.txt"), other.context.file("y/r.txt")];
    const { context } = puppetAttempt();
    assert.equal((await context.run(sh`cat ${x} ${y}`)).stdout, "xy");
    assert.equal((await context.run(sh`echo ${y} ${x}`)).stdout, "inputs/2/r.txt inputs/1/r.txt");
  });

  test("a tool that fails in the middle of a pipe is an error with command, code and the end of stderr", async () => {
    const { context, folder } = puppetAttempt();
    const error = await context.run(sh`echo why >&2; exit 3 | cat`).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ToolFailure && isLigaseError(error, "script-failed"));
    assert.equal(error.details.exitCode, 3);
    assert.equal(error.details.stderrTail, "why\n");
    assert.equal(error.details.folder, folder);
    assert.match(error.remedy, /run-1\.sh/);
  });

  test("a tool that a process signal ends says which", async () => {
    const { context } = puppetAttempt();
    await assert.rejects(context.run(sh`kill -SEGV $$`), {
      code: "script-ended-by-signal",
      message: /SIGSEGV/,
    });
  });

  test("another interpreter by shebang works", async () => {
    const { context } = puppetAttempt();
    const { stdout } = await context.run(sh`
#!/usr/bin/env perl
print 6 * 7;`);
    assert.equal(stdout, "42");
  });

  test("an interpreter that is missing is an error that names it", async () => {
    const { context } = puppetAttempt();
    await assert.rejects(context.run(sh`#!/no/such/interpreter`), {
      code: "tool-not-started",
      message: /\/no\/such\/interpreter/,
    });
  });

  test("the environment of the job, its secrets and its resources are the tool's too", async () => {
    const { context, folder } = puppetAttempt({ env: { A: "1" }, secrets: { TOKEN: "s3cr3t" } });
    const { stdout } = await context.run(
      sh`echo $A $B $LIGASE_CPUS $LIGASE_MEMORY_MIB; test $TOKEN = s3cr3t; echo $TOKEN`,
      { env: { B: "2" } },
    );
    assert.equal(stdout, "1 2 1 1024\n***");
    assert.doesNotMatch(read(folder, ".ligase/run-1.stdout"), /s3cr3t/);
  });

  test("an abort ends the whole process group of a tool that ignores TERM", async () => {
    const { context, folder } = puppetAttempt();
    const tool = context.run(
      sh`trap '' TERM; mkfifo alive; loop() { while :; do sleep 0.01; done; }; loop > alive & loop > alive`,
    );
    tool.catch(() => undefined);
    await untilThere(() => existsSync(join(folder, "alive")));
    const alive = createReadStream(join(folder, "alive")).resume();
    await once(alive, "open");
    const ended = once(alive, "end");
    context.abort("cancelled", 50);
    await assert.rejects(tool, { name: "AbortError" });
    // The pipe ends when the last process that holds it is gone.
    await ended;
  });

  test("a tool that nobody waits for ends with the job", async () => {
    const { context, folder } = puppetAttempt();
    const tool = context
      .run(sh`echo $$ > pid; while :; do sleep 0.01; done`)
      .catch((error: unknown) => error);
    await untilThere(() => existsSync(join(folder, "pid")));
    context.close();
    assert.ok(isLigaseError(await tool, "script-ended-by-signal"));
  });

  test("after an abort no tool starts", async () => {
    const { context } = puppetAttempt();
    context.abort("cancelled", 0);
    await assert.rejects(context.run(sh`echo never`), { name: "AbortError" });
    assert.equal(existsSync(join(context.folder, ".ligase/run-1.sh")), false);
  });
});

/** Turns of the loop until another process has done its part. */
async function untilThere(isThere: () => boolean): Promise<void> {
  while (!isThere()) await nextTurn();
}
