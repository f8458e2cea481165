import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Template } from "../graph/template.ts";
import { File } from "../values/file.ts";
import { hasUnreadFiles, identifyTemplate } from "./identify-files.ts";

const unread = File.at("/data/a.bam");
const identify = (): Promise<File> =>
  Promise.resolve(new File({ name: unread.name, uri: unread.uri, digest: "sha256:11", size: 3 }));
const constant = (value: unknown): Template => ({ params: 0, nodes: [{ op: "value", value }], result: 0 });

suite("files in an expression", () => {
  test("a constant in the template gets its digest", async () => {
    const template = await identifyTemplate(constant({ bam: unread }), identify);
    const node = template.nodes[0];
    assert.equal(node?.op === "value" && (node.value as { bam: File }).bam.digest, "sha256:11");
    assert.equal(hasUnreadFiles(template), false);
  });

  test("so does one within the closure of a map", async () => {
    const closure = { template: constant([unread]), captures: [] };
    const template: Template = {
      params: 0,
      nodes: [
        { op: "value", value: [1] },
        { op: "map", items: 0, body: closure },
      ],
      result: 1,
    };
    assert.equal(hasUnreadFiles(template), true);
    assert.equal(hasUnreadFiles(await identifyTemplate(template, identify)), false);
    assert.equal(hasUnreadFiles(template), true, "the template itself is not changed");
  });
});
