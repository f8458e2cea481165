/** Errors of users, their roles and tokens. */
export const peopleErrors = {
  "not-allowed": {
    message: (p: { by: string; roles: string; doing: string; least: string }) =>
      `${p.by} may not ${p.doing}: it needs the role ${p.least}, and theirs is ${p.roles}.`,
    remedy: (p: { least: string }) =>
      `Have it done by somebody who may, or have an admin give the role: ligase user NAME --role ${p.least}`,
  },
  "user-name-not-valid": {
    message: (p: { name: string }) =>
      `${p.name} cannot be the name of a user: a name has at most 100 small letters of ASCII, digits, '.', '_', '+', '-' and '@', and begins with a letter or digit.`,
    remedy: () => "Choose a name such as ana or ana@lab.example; it stays in the record of all they do.",
  },
  "role-unknown": {
    message: (p: { role: string; known: string }) => `${p.role} is not a role; roles are ${p.known}.`,
    remedy: () => "Give one of them; each may do what those before it may.",
  },
  "user-not-found": {
    message: (p: { user: string }) => `The store knows no user ${p.user}.`,
    remedy: () => "List the users with `ligase users`, or add this one: ligase user NAME --role ROLE",
  },
  "user-disabled": {
    message: (p: { user: string }) => `The user ${p.user} is disabled, and cannot have a token.`,
    remedy: (p: { user: string }) => `Let them act again: ligase user ${p.user} --enable`,
  },
  "last-admin": {
    message: (p: { user: string }) =>
      `${p.user} is the only admin: without one nobody could manage users and tokens through a service.`,
    remedy: () => "Make somebody else an admin first: ligase user NAME --role admin",
  },
  "token-option-not-valid": {
    message: (p: { reason: string }) => `The token cannot be made: ${p.reason}.`,
    remedy: () => "Correct the option and make it again.",
  },
  "token-not-found": {
    message: (p: { token: string }) => `There is no token with the id ${p.token}.`,
    remedy: () => "Name it by its id, not by its secret: list them with `ligase tokens`.",
  },
  "token-not-unique": {
    message: (p: { token: string }) => `The ids of more than one token begin with ${p.token}.`,
    remedy: () => "Give more characters of its id.",
  },
};
