/** What the OpenAPI document says of the API as a whole. */
export const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Ligase",
    version: "1",
    description: "Runs, the gates at which they wait for people, and what was recorded of both.",
  },
  servers: [{ url: "/" }],
  security: [{ token: [] }],
};
