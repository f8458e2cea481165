import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { isLigaseError, type LigaseError } from "@ligase/sdk";
import { download } from "./download.ts";

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const FAST = { backoffMs: 1 };

describe("download", () => {
  test("the content arrives whole, with folders made for it", async (t) => {
    const { url, folder } = await serverOf(t, (_, response) => response.end(CONTENT));
    await download(url, join(folder, "a", "b", "ref.fa"), { ...FAST, sha256: SHA256.toUpperCase() });
    assert.deepEqual(readFileSync(join(folder, "a", "b", "ref.fa")), CONTENT);
    assert.deepEqual(readdirSync(join(folder, "a", "b")), ["ref.fa"]);
  });

  test("a connection cut again and again goes on where it was", async (t) => {
    const { url, folder, requests } = await serverOf(t, cutAfter(40_000, { etag: '"v1"' }));
    await download(url, join(folder, "ref.fa"), { ...FAST, attempts: 2 });
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
    assert.ok(requests.length >= 8);
    assert.equal(requests[0]?.headers.range, undefined);
    for (const request of requests.slice(1)) {
      assert.match(request.headers.range ?? "", /^bytes=[1-9]\d*-$/);
      assert.equal(request.headers["if-range"], '"v1"');
    }
  });

  test("a later call goes on with the part that an earlier one left", async (t) => {
    const whole = resumable({ etag: '"v1"' });
    const { url, folder, requests } = await serverOf(t, (request, response, count) => {
      if (count === 1) cutAfter(100_000, { etag: '"v1"' })(request, response);
      else if (count === 2) response.writeHead(404).end();
      else whole(request, response);
    });
    const path = join(folder, "ref.fa");
    await rejectsWith("download-failed", download(url, path, FAST));
    assert.equal(existsSync(path), false);
    await download(url, path, FAST);
    assert.deepEqual(readFileSync(path), CONTENT);
    assert.equal(requests.at(-1)?.headers.range, "bytes=100000-");
    assert.deepEqual(readdirSync(folder), ["ref.fa"]);
  });

  test("content that changed at the server between two tries is not mixed", async (t) => {
    const { url, folder } = await serverOf(t, (request, response, count) => {
      if (count === 1) cutAfter(100_000, { etag: '"old"' }, Buffer.alloc(300_000, "old"))(request, response);
      else resumable({ etag: '"new"' })(request, response);
    });
    await download(url, join(folder, "ref.fa"), FAST);
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
  });

  test("without a validator it starts again, and with a checksum it goes on", async (t) => {
    for (const [options, range] of [
      [{}, undefined],
      [{ sha256: SHA256 }, "bytes=100000-"],
    ] as const) {
      const { url, folder, requests } = await serverOf(t, (request, response, count) => {
        if (count === 1) cutAfter(100_000, {})(request, response);
        else resumable({})(request, response);
      });
      await download(url, join(folder, "ref.fa"), { ...FAST, ...options });
      assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
      assert.equal(requests[1]?.headers.range, range);
    }
  });

  test("a part of another address is not used", async (t) => {
    const { url, folder, requests } = await serverOf(t, resumable({ etag: '"v1"' }));
    writeFileSync(join(folder, "ref.fa.part"), "other");
    writeFileSync(
      join(folder, "ref.fa.part.json"),
      JSON.stringify({ url: "http://elsewhere/", validator: '"v1"' }),
    );
    await download(url, join(folder, "ref.fa"), FAST);
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
    assert.equal(requests[0]?.headers.range, undefined);
  });

  test("a connection cut after the last byte is complete", async (t) => {
    const { url, folder } = await serverOf(t, (request, response, count) => {
      if (count === 1)
        cutAfter(CONTENT.length, { etag: '"v1"', "content-length": String(CONTENT.length + 1) })(
          request,
          response,
        );
      else response.writeHead(416, { "content-range": `bytes */${CONTENT.length}` }).end();
    });
    await download(url, join(folder, "ref.fa"), FAST);
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
  });

  test("a wrong checksum is an error that leaves nothing", async (t) => {
    const { url, folder } = await serverOf(t, (_, response) => response.end(CONTENT));
    const expected = "0".repeat(64);
    const error = await rejectsWith(
      "checksum-differs",
      download(url, join(folder, "ref.fa"), { ...FAST, sha256: expected }),
    );
    assert.match(error.message, new RegExp(`${SHA256}.*${expected}`));
    assert.deepEqual(readdirSync(folder), []);
  });

  test("a body is kept as the server sends it, packed or not", async (t) => {
    const { url, folder } = await serverOf(t, (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(CONTENT);
    });
    await download(url, join(folder, "ref.fa.gz"), FAST);
    assert.deepEqual(readFileSync(join(folder, "ref.fa.gz")), CONTENT);
  });

  test("an overloaded server is tried again, a refusal is not, and both end with the reason", async (t) => {
    const busy = await serverOf(t, (_, response) => response.writeHead(503).end());
    const failed = await rejectsWith(
      "download-failed",
      download(busy.url, join(busy.folder, "x"), { ...FAST, attempts: 3 }),
    );
    assert.equal(busy.requests.length, 3);
    assert.match(failed.message, /3 attempts.*503/);
    const missing = await serverOf(t, (_, response) => response.writeHead(404).end());
    await rejectsWith("download-failed", download(missing.url, join(missing.folder, "x"), FAST));
    assert.equal(missing.requests.length, 1);
  });

  test("redirects are followed, but not in a circle", async (t) => {
    const { url, folder } = await serverOf(t, (request, response) => {
      if (request.url === "/ref.fa") response.writeHead(302, { location: "/moved" }).end();
      else response.end(CONTENT);
    });
    await download(url, join(folder, "ref.fa"), FAST);
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
    const circle = await serverOf(t, (_, response) => response.writeHead(302, { location: "/ref.fa" }).end());
    await rejectsWith(
      "download-failed",
      download(circle.url, join(circle.folder, "x"), { ...FAST, attempts: 1 }),
    );
  });

  test("a server that falls silent counts as cut", async (t) => {
    const { url, folder, requests } = await serverOf(t, (request, response, count) => {
      if (count === 1) response.writeHead(200, { etag: '"v1"' }).write(CONTENT.subarray(0, 1000));
      else resumable({ etag: '"v1"' })(request, response);
    });
    await download(url, join(folder, "ref.fa"), { ...FAST, idleMs: 50 });
    assert.deepEqual(readFileSync(join(folder, "ref.fa")), CONTENT);
    assert.equal(requests[1]?.headers.range, "bytes=1000-");
  });

  test("an abort ends it at once and keeps the part", async (t) => {
    const controller = new AbortController();
    const { url, folder } = await serverOf(t, (_, response) => {
      response.writeHead(200, { etag: '"v1"' }).write(CONTENT.subarray(0, 1000), () => controller.abort());
    });
    await assert.rejects(download(url, join(folder, "ref.fa"), { ...FAST, abortSignal: controller.signal }), {
      name: "AbortError",
    });
    assert.equal(existsSync(join(folder, "ref.fa")), false);
  });

  test("a file URL is copied", async (t) => {
    const { folder } = await serverOf(t, () => undefined);
    const source = join(folder, "sou rce");
    writeFileSync(source, CONTENT);
    await download(pathToFileURL(source).href, join(folder, "copy"), { sha256: SHA256 });
    assert.deepEqual(readFileSync(join(folder, "copy")), CONTENT);
    await rejectsWith(
      "file-not-found",
      download(pathToFileURL(join(folder, "missing")).href, join(folder, "copy")),
    );
    await rejectsWith("uri-not-supported", download("gopher://x/y", join(folder, "copy")));
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serverOf(t: TestContext, answer: Answer) {
  const folder = mkdtempSync(join(tmpdir(), "ligase-download-"));
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => answer(request, response, requests.push(request)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ref.fa`, folder, requests };
}

/** Serves ranges as the standard says. */
function resumable(headers: Readonly<Record<string, string>>, content = CONTENT) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { start, rest } = rangeOf(request, headers, content);
    response.writeHead(start === 0 ? 200 : 206, {
      ...rangeHeaders(start, content),
      "content-length": rest.length,
      ...headers,
    });
    response.end(rest);
  };
}

/** The same, but the connection is cut after so many bytes of each answer. */
function cutAfter(bytes: number, headers: Readonly<Record<string, string>>, content = CONTENT) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { start, rest } = rangeOf(request, headers, content);
    response.writeHead(start === 0 ? 200 : 206, {
      "content-length": rest.length,
      ...rangeHeaders(start, content),
      ...headers,
    });
    if (rest.length <= bytes && headers["content-length"] === undefined) response.end(rest);
    else response.write(rest.subarray(0, bytes), () => response.destroy());
  };
}

function rangeOf(request: IncomingMessage, headers: Readonly<Record<string, string>>, content: Buffer) {
  const condition = request.headers["if-range"];
  const applies = condition === undefined || condition === headers["etag"];
  const start = applies ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
  return { start, rest: content.subarray(start) };
}

const rangeHeaders = (start: number, content: Buffer): Record<string, string> =>
  start === 0 ? {} : { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };

async function rejectsWith(code: LigaseError["code"], promise: Promise<unknown>): Promise<LigaseError> {
  const error: unknown = await promise.then(
    () => assert.fail(`expected ${code}`),
    (caught: unknown) => caught,
  );
  assert.ok(isLigaseError(error), String(error));
  assert.equal(error.code, code);
  return error;
}
