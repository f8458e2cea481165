/** Errors of a server and of its clients. */
export const serverErrors = {
  "json-not-readable": {
    message: () => "The body of the request is not JSON.",
    remedy: () => "Send JSON with `Content-Type: application/json`.",
  },
  "media-type-not-taken": {
    message: () => "The body of the request is not declared as JSON.",
    remedy: () => "Send it with `Content-Type: application/json`.",
  },
  "request-not-valid": {
    message: (p: { part: string; issues: string }) =>
      `The request does not fit what the route takes (${p.part}):\n${p.issues}`,
    remedy: () => "Correct the fields named above; /api/v1/openapi.json describes every route.",
  },
  "token-missing": {
    message: () => "The request does not say who makes it.",
    remedy: () => "Send `Authorization: Bearer TOKEN`; on the command line, put the token into LIGASE_TOKEN.",
  },
  "token-refused": {
    message: () => "The token is unknown, over or revoked, or its user was disabled.",
    remedy: () => "Use the token that the server printed at its start, or have a new one made.",
  },
  "host-not-allowed": {
    message: () => "The request names a host that this server is not.",
    remedy: () => "Ask for it by the address that the server printed at its start.",
  },
  "origin-not-allowed": {
    message: () => "The request was made by a page of another origin.",
    remedy: () => "Ask for it from a page that this server gave, or from a program.",
  },
  "route-not-found": {
    message: () => "There is nothing under this address.",
    remedy: () => "See the routes in /api/v1/openapi.json.",
  },
  "workflow-not-served": {
    message: (p: { name: string }) => `The server has no workflow or task named "${p.name}".`,
    remedy: () => "Start the server with the file that defines it, or correct the name.",
  },
  "bytes-not-named": {
    message: (p: { name: string }) => `Nothing named "${p.name}" is shown there, or its bytes are gone.`,
    remedy: () => "Use an address that the gate or job gives.",
  },
  "content-not-named": {
    message: (p: { gate: string }) =>
      `The gate "${p.gate}" shows evidence, and the decision does not say which content was looked at.`,
    remedy: () => "Look at the gate, and send its `contentHash` with the decision, as `seen`.",
  },
  "tag-not-free": {
    message: (p: { tag: string }) => `Tags such as "${p.tag}" are set by the server alone.`,
    remedy: () => "Choose a name that does not begin with `ligase.`.",
  },
  "launched-before": {
    message: (p: { run: string }) => `This launch was asked for before: it is the run ${p.run}.`,
    remedy: () => "Go on with that run, or launch another one with another key.",
  },
  "idempotency-key-taken": {
    message: (p: { run: string }) => `This idempotency key was used for another launch, the run ${p.run}.`,
    remedy: () => "Make a new key for each launch; use the same only to send the same launch again.",
  },
  "body-too-large": {
    message: (p: { limit: number }) => `The body of the request has more than ${p.limit} bytes.`,
    remedy: () => "Put large data into a file, and send its path or URI.",
  },
  "server-busy": {
    message: (p: { what: string }) => `The server has as many ${p.what} as it takes.`,
    remedy: () => "Try again later.",
  },
  "internal-error": {
    message: () => "The server could not do this; the reason is in its log.",
    remedy: () => "Ask whoever runs the server to look at what it wrote.",
  },
  "server-not-reached": {
    message: (p: { url: string; reason: string }) => `The server ${p.url} cannot be reached: ${p.reason}.`,
    remedy: () => "Check that it runs, and that --server has the address that it printed at its start.",
  },
  "server-answer-not-readable": {
    message: (p: { url: string; status: number }) =>
      `${p.url} answered with ${p.status} and nothing that this version of Ligase understands.`,
    remedy: () => "Check that --server names a server of Ligase, and that its version is not newer.",
  },
  "server-url-invalid": {
    message: (p: { url: string }) => `--server cannot be ${JSON.stringify(p.url)}: that is no address.`,
    remedy: () => "Write it as the server printed it: http://127.0.0.1:7474",
  },
  "token-not-given": {
    message: (p: { file: string | null; reason: string }) =>
      p.file === null
        ? `Who asks the server is not said: ${p.reason}.`
        : `The token in ${p.file} cannot be read: ${p.reason}.`,
    remedy: () => "Put the token into LIGASE_TOKEN, or name a file that holds it with --token-file.",
  },
  "serve-needs-users": {
    message: (p: { host: string }) =>
      `Others could reach the server at ${p.host}, and the store has no users: nobody could say who they are.`,
    remedy: () => "Listen on 127.0.0.1, or add users with tokens to the store first.",
  },
  "address-not-free": {
    message: (p: { host: string; port: number; reason: string }) =>
      `The server cannot listen at ${p.host}, port ${p.port}: ${p.reason}.`,
    remedy: () => "Choose another address with --host and --port.",
  },
};
