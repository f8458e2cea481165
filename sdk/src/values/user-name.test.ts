import assert from "node:assert/strict";
import { test } from "node:test";
import { userName } from "./user-name.ts";

test("a user without a name, as in many containers, goes by number", () => {
  const nameless = (): never => {
    throw Object.assign(new Error("uv_os_get_passwd returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
  };
  assert.equal(userName(nameless), `uid ${process.getuid?.()}`);
  assert.equal(
    userName(() => ({ username: "mendel" })),
    "mendel",
  );
});
