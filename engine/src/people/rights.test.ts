import assert from "node:assert/strict";
import { test } from "node:test";
import { ROLES } from "@ligase/sdk/internal";
import { hasRole, mayDo, requireRight, type Action } from "./rights.ts";

const ACTIONS: readonly Action[] = ["look", "launch", "cancel", "work", "publish", "decide", "manage"];

test("each role may do what those before it may, and something more", () => {
  const rights = ROLES.map((role) => ACTIONS.filter((action) => mayDo({ roles: [role] }, action)));
  assert.deepEqual(rights, [
    ["look"],
    ["look", "launch", "cancel", "work", "publish"],
    ["look", "launch", "cancel", "work", "publish", "decide"],
    ACTIONS,
  ]);
});

test("the person at this machine may do everything, one without a role nothing", () => {
  for (const action of ACTIONS) {
    assert.equal(mayDo({}, action), true);
    assert.equal(mayDo({ roles: [] }, action), false);
  }
});

test("of several roles the greatest counts", () => {
  assert.equal(hasRole(["admin", "viewer"], "approver"), true);
  assert.equal(hasRole(["viewer", "operator"], "approver"), false);
});

test("a refusal says who may not do what, and which role it needs", () => {
  assert.throws(() => requireRight({ name: "ana", roles: ["viewer"] }, "launch"), {
    code: "not-allowed",
    message: "ana may not launch or resume runs: it needs the role operator, and theirs is viewer.",
  });
  requireRight({ name: "ana", roles: ["operator"] }, "launch");
});
