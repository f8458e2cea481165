import type { Engine, People, Person, TokenRecord } from "@ligase/engine";
import type { Role } from "@ligase/sdk/internal";
import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import type { CommonOptions } from "../options.ts";
import { Problem } from "../problem.ts";
import type { World } from "../world.ts";

const ROLES = ["viewer", "operator", "approver", "admin"] as const satisfies readonly Role[];
const USER = { name: "USER", about: "the user, by name" } as const;

/** `ligase user USER` */
export const user = defineCommand({
  name: "user",
  about: [
    "Adds a user of a service, gives one another role, or ends all they may do; without a flag tells who they are. Each",
    "role may do what those before it may: viewers look, operators launch and cancel, approvers decide, admins manage people.",
  ].join("\n"),
  positionals: [USER],
  options: {
    role: { kind: "choice", values: ROLES, about: "what they may do; a user who is not there is added" },
    disable: { kind: "flag", about: "end all they may do, and their tokens for good; what they did stays" },
    enable: { kind: "flag", about: "let them act again, with new tokens" },
  },
  examples: ["ligase user ana --role approver", "ligase user ana --disable"],
  async run({ options, positionals: [name = ""] }, world) {
    const { role, disable, enable } = options;
    if (disable && enable) throw new Problem("flags-conflict", { flags: ["--disable", "--enable"] });
    return await withPeople(options, world, async (people, by) => {
      if (role !== undefined) people.putUser(name, role, by);
      if (disable) people.disable(name, by);
      if (enable) people.enable(name, by);
      const found = people.user(name, by);
      const { userText } = await import("../people/people-text.ts");
      return options.json ? { kind: "user", ...found } : userText(found, world);
    });
  },
});

/** `ligase users` */
export const users = defineCommand({
  name: "users",
  about: "Lists the users of a service; or what was done to users and tokens, and by whom.",
  positionals: [],
  options: {
    changes: { kind: "flag", about: "what was done, the newest first" },
    before: { kind: "count", value: "N", about: "only changes before this one: the last of the page before" },
  },
  examples: ["ligase users", "ligase users --changes"],
  run: ({ options }, world) =>
    withPeople(options, world, async (people, by) => {
      const { changesText, usersText } = await import("../people/people-text.ts");
      if (!options.changes) return shown(people.users(by), options, (found) => usersText(found, world));
      const { before } = options;
      const changes = people.changes(by, before === undefined ? {} : { before });
      return shown(changes, options, (found) => changesText(found, world));
    }),
});

/** `ligase token USER` */
export const token = defineCommand({
  name: "token",
  about: [
    "Makes a token, by which a browser or program says that it speaks for a user. Its secret is printed once, alone on",
    "standard output, and cannot be shown again.",
  ].join("\n"),
  positionals: [USER],
  options: {
    name: { kind: "text", value: "TEXT", about: "what it is for" },
    expires: { kind: "text", value: "SPAN|never", about: "how long it lasts (default 90d, at most 3650d)" },
  },
  examples: [
    "ligase token ana --name laptop",
    "ligase token sequencer --name watcher --expires 30d > token.txt",
  ],
  async run({ options, positionals: [name = ""] }, world) {
    const lastsMs = options.expires === undefined ? undefined : await readSpan(options.expires);
    const wanted = {
      user: name,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(lastsMs === undefined ? {} : { lastsMs }),
    };
    return await withPeople(options, world, async (people, by) => {
      const made = people.createToken(wanted, by);
      if (options.json) return { kind: "token-created", ...made.token, secret: made.secret };
      const { madeText } = await import("../people/people-text.ts");
      world.err.write(madeText(made.token, world));
      return `${made.secret}\n`;
    });
  },
});

/** `ligase tokens [USER]` */
export const tokens = defineCommand({
  name: "tokens",
  about:
    "Lists tokens, those that are over too: whom they speak for, until when, and when they were used last.",
  positionals: [{ ...USER, optional: true }],
  options: {},
  examples: ["ligase tokens", "ligase tokens ana --json"],
  run: ({ options, positionals: [name] }, world) =>
    withPeople(options, world, async (people, by) => {
      const { tokensText } = await import("../people/people-text.ts");
      return shown(people.tokens(name ?? null, by), options, (found) => tokensText(found, world));
    }),
});

/** `ligase revoke TOKEN` */
export const revoke = defineCommand({
  name: "revoke",
  about: "Ends a token at once.",
  positionals: [{ name: "TOKEN", about: "the token, by its id or the beginning of it; never its secret" }],
  options: {},
  examples: ["ligase revoke 0198c2f1-4a3b"],
  run: ({ options, positionals: [id = ""] }, world) =>
    withPeople(options, world, async (people, by) => {
      const revoked: TokenRecord = people.revoke(id, by);
      const { revokedText } = await import("../people/people-text.ts");
      return options.json ? { kind: "token-revoked", ...revoked } : revokedText(revoked, world);
    }),
});

/** Does something with the users of the store as the person at this machine; writes what it gives. */
async function withPeople(
  options: CommonOptions,
  world: World,
  work: (people: People, by: Person) => Promise<string | object>,
): Promise<number> {
  const engine: Engine = await world.openEngine(placeOf(options));
  try {
    const told = await work(engine.people, { name: world.user() });
    world.out.write(typeof told === "string" ? told : `${JSON.stringify(told)}\n`);
    return EXIT.ok;
  } finally {
    await engine.close();
  }
}

const shown = <T extends object>(
  found: T,
  { json }: CommonOptions,
  text: (found: T) => string,
): T | string => (json ? found : text(found));

/** Milliseconds; null for `never`. Throws the problem `flag-value-invalid`. */
async function readSpan(text: string): Promise<number | null> {
  if (text === "never") return null;
  const { readDuration } = await import("@ligase/sdk/internal");
  const span = readDuration(text);
  if (typeof span === "number") return span;
  const expected = "a span of time such as 30d, or never";
  throw new Problem("flag-value-invalid", { flag: "--expires", found: text, expected });
}
