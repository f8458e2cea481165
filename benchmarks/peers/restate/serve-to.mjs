import * as restate from "@restatedev/restate-sdk";

/**
 * Serves a service on a port of this machine, and registers it with a server.
 *
 * @param {{ adminUrl: string, port: number }} place
 * @param {{ readonly name: string }} service
 */
export async function serveTo({ adminUrl, port }, service) {
  await restate.serve({ services: [service], port });
  const registered = await fetch(`${adminUrl}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: `http://127.0.0.1:${port}`, force: true }),
  });
  if (!registered.ok) throw new Error(`The service was not registered: ${await registered.text()}`);
}
