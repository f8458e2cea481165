/* What those above the server use of it. */
export { serve, type ServeOptions, type Serving } from "./serve.ts";
export type { Told } from "./told.ts";
export type { Api } from "./app.ts";
