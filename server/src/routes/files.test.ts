import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { openBelow, openNamed } from "../served-bytes.ts";
import { TestServer, type Answer } from "../testing/test-server.ts";

const FLOW = fileURLToPath(new URL("../testing/flow.fixture.ts", import.meta.url));

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ligase-evidence-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

function assertHarmless({ headers }: Answer): void {
  assert.match(
    headers.get("content-disposition") ?? "",
    /^attachment; filename="[\w.-]*"; filename\*=UTF-8''/,
  );
  assert.equal(headers.get("content-type"), "application/octet-stream");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /^sandbox; default-src 'none'/);
}

test("the bytes of what a gate shows are those that were pinned, as a download in a sandbox", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const name = 'päge "1".html';
  const folder = folderOf(t, { [name]: "<script>alert(1)</script>" });
  const run = await server.launch("shown", { page: join(folder, name) });
  const gate = await server.openGate(run);
  writeFileSync(join(folder, name), "something else");
  const [file] = (await server.ask("GET", `/runs/${run}/gates/${gate}`)).body.files;
  assert.deepEqual([file?.name, file?.kind, file?.mediaType], [name, "file", "text/html"]);
  const answer = await server.ask("GET", (file?.href ?? "").replace("/api/v1", ""));
  assert.deepEqual([answer.status, answer.body.text], [200, "<script>alert(1)</script>"]);
  assertHarmless(answer);
  assert.match(
    answer.headers.get("content-disposition") ?? "",
    /"p_ge__1_\.html"; filename\*=UTF-8''p%C3%A4ge/,
  );
  for (const wrong of ["files/1", "files/0/x", "files/-1", "files/0%2F..%2F..", "files/1e3"]) {
    const { status } = await server.ask("GET", `/runs/${run}/gates/${gate}/${wrong}`);
    assert.ok(status === 404 || status === 422, `${wrong}: ${status}`);
  }
});

test("a file whose content is another by now never arrives whole", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const page = join(folderOf(t, { "page.html": "as it was" }), "page.html");
  const run = await server.launch("shown", { page });
  const gate = await server.openGate(run);
  const shown = server.engine.inspect.gate(run, gate).evidence[0] as { readonly path: string };
  rmSync(shown.path, { force: true });
  writeFileSync(shown.path, "otherwise");
  await assert.rejects(server.ask("GET", `/runs/${run}/gates/${gate}/files/0`));
  rmSync(shown.path);
  const gone = await server.ask("GET", `/runs/${run}/gates/${gate}/files/0`);
  assert.deepEqual([gone.status, gone.body.code], [404, "bytes-not-named"]);
});

test("of a folder that a gate shows only what is in it leaves", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const report = folderOf(t, { "index.html": "<p>", "img/a.txt": "a" });
  const run = await server.launch("folder", { report });
  const gate = await server.openGate(run);
  const get = (path: string) =>
    server.ask("GET", `/runs/${run}/gates/${gate}/files/0/${encodeURIComponent(path)}`);
  const inside = await get("img/a.txt");
  assert.deepEqual([inside.status, inside.body.text], [200, "a"]);
  assertHarmless(inside);
  for (const path of [
    "../index.html",
    "img/../../x",
    "/etc/passwd",
    "img",
    "\0",
    "..",
    "img/none",
    "\u202e",
    "%2e%2e/%2e%2e",
  ]) {
    const { status, body } = await get(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body.message, /\/tmp|\/store/);
  }
});

test("no link and no pipe leads out, whoever put it there", async (t) => {
  const folder = folderOf(t, { "in/a.txt": "a", "out/b.txt": "b" });
  symlinkSync("../out/b.txt", join(folder, "in/link"));
  symlinkSync("../out", join(folder, "in/way"));
  const inside = await openBelow(join(folder, "in"), "a.txt");
  await inside.handle.close();
  for (const path of ["link", "way/b.txt", "../out/b.txt", ""])
    await assert.rejects(openBelow(join(folder, "in"), path), { code: "bytes-not-named" }, path);
  await assert.rejects(openNamed(join(folder, "in/link"), "link"), { code: "bytes-not-named" });
  await assert.rejects(openNamed(join(folder, "in"), "in"), { code: "bytes-not-named" });
});

test("what a job wrote is read from any byte on", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("spoken", { word: "héllo" });
  await server.until(run, ({ status }) => status === "succeeded");
  const [job] = (await server.ask("GET", `/runs/${run}/jobs?task=speak`)).body.jobs;
  const { attempts } = (await server.ask("GET", `/runs/${run}/jobs/${job?.number}`)).body;
  const stderr = attempts[0]?.logs.find(({ name }) => name === "stderr");
  const path = (stderr?.href ?? "").replace("/api/v1", "");
  const whole = await server.ask("GET", path);
  assert.deepEqual([whole.status, whole.body.text], [200, "to the log\n"]);
  assertHarmless(whole);
  assert.equal((await server.ask("GET", `${path}?from=7`)).body.text, "log\n");
  assert.equal((await server.ask("GET", `${path}?from=999`)).body.text, "");
  for (const log of ["..%2F..%2Fsecret", "stdin", "stderr%00", ".ligase"])
    assert.ok((await server.ask("GET", path.replace(/stderr$/, log))).status >= 400, log);
});
