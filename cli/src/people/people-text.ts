import type { PeopleChange, TokenRecord, UserRecord } from "@ligase/engine";
import { ageText, momentText } from "../output/human-time.ts";
import { shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** One user in a line. */
export function userText({ name, role, isDisabled }: UserRecord, { out }: World): string {
  return `${out.palette.bold(name)} ${isDisabled ? `is disabled (${role})` : `is ${withArticle(role)}`}\n`;
}

const withArticle = (role: string): string => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;

export function usersText(users: readonly UserRecord[], world: World): string {
  const { dim, bold, red } = world.out.palette;
  if (users.length === 0) return `${dim("No users yet: ligase user NAME --role ROLE")}\n`;
  const rows = users.map(({ name, role, createdAt, isDisabled }) => [
    bold(name),
    role,
    momentText(createdAt),
    isDisabled ? red("disabled") : "",
  ]);
  return table(["user", "role", "since", ""], rows, world);
}

export function tokensText(tokens: readonly TokenRecord[], world: World): string {
  const { dim, bold } = world.out.palette;
  if (tokens.length === 0) return `${dim("No tokens: ligase token USER --name TEXT")}\n`;
  const now = world.now();
  const rows = tokens.map((token) => [
    bold(shownId(token, tokens)),
    token.user,
    printableLine(token.name),
    ageText(now - token.createdAt),
    token.usedAt === null ? dim("never") : ageText(now - token.usedAt),
    untilText(token, world),
  ]);
  return table(["token", "user", "for", "made", "used", "until"], rows, world);
}

/** The beginning of an id that people may type: all of it where another one begins so. */
function shownId({ id }: TokenRecord, tokens: readonly TokenRecord[]): string {
  const short = shortId(id);
  return tokens.some((other) => other.id !== id && other.id.startsWith(short)) ? id : short;
}

function untilText({ expiresAt, revokedAt }: TokenRecord, world: World): string {
  const { dim, red } = world.out.palette;
  if (revokedAt !== null) return red(`revoked ${ageText(world.now() - revokedAt)}`);
  if (expiresAt === null) return "for ever";
  return expiresAt <= world.now() ? dim(`over since ${momentText(expiresAt)}`) : momentText(expiresAt);
}

/** What is said beside a new secret. */
export function madeText({ id, user, expiresAt }: TokenRecord, { err }: World): string {
  const { green, dim } = err.palette;
  const until = expiresAt === null ? "for ever" : `until ${momentText(expiresAt)}`;
  return [
    `${green("✓")} Whoever has this token acts as ${user}, ${until}. Keep it now: it is not shown again.`,
    dim(`  To end it: ligase revoke ${shortId(id)}`),
    "",
  ].join("\n");
}

export function revokedText({ id, user, revokedAt }: TokenRecord, { out }: World): string {
  const at = revokedAt === null ? "" : ` since ${momentText(revokedAt)}`;
  return `${out.palette.green("✓")} token ${shortId(id)} of ${user} is revoked${at}\n`;
}

export function changesText(changes: readonly PeopleChange[], world: World): string {
  if (changes.length === 0) return `${world.out.palette.dim("Nothing was done to users and tokens yet.")}\n`;
  const rows = changes.map(({ number, at, actor, action, user, detail }) => [
    String(number),
    momentText(at),
    printableLine(actor),
    action.replaceAll("-", " "),
    user,
    detailText(detail),
  ]);
  return table(["", "when", "who", "what", "user", ""], rows, world);
}

function detailText({ role, token, name }: PeopleChange["detail"]): string {
  if (token === undefined) return role ?? "";
  return `${shortId(token)}  ${printableLine(name ?? "")}`.trimEnd();
}

function table(titles: readonly string[], rows: readonly (readonly string[])[], { out }: World): string {
  const columns = titles.map((title) => ({ title: out.palette.dim(title) }));
  return `${textTable(columns, rows).join("\n")}\n`;
}
