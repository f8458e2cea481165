import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { LigaseError } from "@ligase/sdk/values";
import { listOf } from "./run-desk.ts";
import { serverEvents, type ServerEvent } from "./server-events.ts";

/** Follows a server that answers as the test says; gives what it asked for, too. */
async function follow(t: TestContext, answer: RequestListener, signal = new AbortController().signal) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: (string | undefined)[] = [];
  const events: AsyncIterable<ServerEvent> = serverEvents({
    url,
    signal,
    async open(lastId) {
      asked.push(lastId);
      const answered = await fetch(url, { signal }).catch((error: unknown) => {
        throw new LigaseError("server-not-reached", { url, reason: String(error) });
      });
      if (answered.status === 401) throw new LigaseError("token-refused", undefined);
      return answered;
    },
  });
  return { events, asked };
}

test("events go on behind the last one that came, when the connection was lost in the middle of one", async (t) => {
  let count = 0;
  const { events, asked } = await follow(t, (_request, response) => {
    count++;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    if (count === 1) {
      response.write('event: state\nid: e-1\ndata: {"n":1}\n\n: still here\n\nevent: job\nid: e-2\nda');
      setImmediate(() => response.destroy());
    } else response.end('event: job\nid: e-2\ndata: "é"\n\nevent: end\ndata: {}\n\n');
  });
  assert.deepEqual(await listOf(events), [
    { type: "state", data: { n: 1 } },
    { type: "job", data: "é" },
    { type: "end", data: {} },
  ]);
  assert.deepEqual(asked, [undefined, "e-1"]);
});

test("what a server refuses is thrown, at first and when the connection is made again", async (t) => {
  let count = 0;
  const { events } = await follow(t, (_request, response) => {
    count++;
    if (count === 1) response.writeHead(200).end("event: state\nid: e-1\ndata: 1\n\n");
    else response.writeHead(401).end();
  });
  await assert.rejects(listOf(events), { code: "token-refused" });
});

test("nothing is asked any more when nobody listens", async (t) => {
  const left = new AbortController();
  const { events, asked } = await follow(
    t,
    (_request, response) => void response.writeHead(200).write("event: state\nid: e-1\ndata: 1\n\n"),
    left.signal,
  );
  for await (const { type } of events) {
    assert.equal(type, "state");
    left.abort();
  }
  assert.equal(asked.length, 1);
});
