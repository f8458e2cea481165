import assert from "node:assert/strict";
import { test } from "node:test";
import { isLigaseError } from "@ligase/sdk/values";
import { postgresPlace } from "./place.ts";

test("a URL names server, database and schema; what people see of it has no password", () => {
  const place = postgresPlace(
    "postgres://ana:se%40same@db.example:6432/work?schema=team_a&sslmode=verify-full",
  );
  assert.deepEqual(place, {
    connection: "postgres://ana:se%40same@db.example:6432/work?sslmode=verify-full",
    schema: "team_a",
    shown: "postgres://ana@db.example:6432/work?schema=team_a",
  });
});

test("the schema is ligase when none is named", () => {
  assert.equal(postgresPlace("postgresql://db.example/work").schema, "ligase");
});

test("a socket is a host, also as an option", () => {
  assert.equal(
    postgresPlace("postgres://%2Frun%2Fpg/work").shown,
    "postgres://%2Frun%2Fpg/work?schema=ligase",
  );
  assert.equal(
    postgresPlace("postgres:///work?host=/run/pg&password=sesame").shown,
    "postgres:///run/pg/work?schema=ligase",
  );
});

test("what is no such URL is refused without repeating it", () => {
  for (const text of [
    "mysql://ana:sesame@db/work",
    "ana:sesame@db",
    "postgres://ana:sesame@db:port/work",
    "postgres://ana:sesame@db/work?schema=Bad",
    `postgres://ana:sesame@db/work?schema=${"x".repeat(49)}`,
    'postgres://ana:sesame@db/work?schema=a"; drop',
  ]) {
    assert.throws(
      () => postgresPlace(text),
      (error) => isLigaseError(error, "store-url-not-valid") && !error.message.includes("sesame"),
      text,
    );
  }
});
