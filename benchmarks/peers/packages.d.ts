/* What the peers' programs use of packages that are no dependency of this repository. */

declare module "@dbos-inc/dbos-sdk" {
  type AsyncFunction<A extends readonly unknown[], R> = (...args: A) => Promise<R>;
  export const DBOS: {
    registerWorkflow<A extends readonly unknown[], R>(
      body: AsyncFunction<A, R>,
      options: { readonly name: string },
    ): AsyncFunction<A, R>;
    runStep<R>(body: () => Promise<R>, options: { readonly name: string }): Promise<R>;
    startWorkflow<A extends readonly unknown[], R>(
      workflow: AsyncFunction<A, R>,
      options?: { readonly workflowID: string },
    ): AsyncFunction<A, { getResult(): Promise<R> }>;
    send(workflowID: string, message: unknown, topic: string): Promise<void>;
    listWorkflowSteps(workflowID: string): Promise<readonly { readonly name: string }[] | undefined>;
    recv(topic: string, options: { readonly timeoutSeconds: number }): Promise<unknown>;
    setConfig(config: {
      readonly name: string;
      readonly systemDatabaseUrl: string;
      readonly logLevel: string;
    }): void;
    launch(): Promise<void>;
    shutdown(): Promise<void>;
  };
}

declare module "@restatedev/restate-sdk" {
  export interface Context {
    run<T>(name: string, action: () => T): Promise<T>;
    awakeable(): { readonly id: string; readonly promise: Promise<unknown> };
  }
  type Handlers = Readonly<Record<string, (ctx: Context, input: never) => Promise<unknown>>>;
  export interface Service<H extends Handlers> {
    readonly name: string;
    readonly handlers?: H;
  }
  export function service<H extends Handlers>(service: { name: string; handlers: H }): Service<H>;
  export function serve(options: {
    services: readonly { readonly name: string }[];
    port: number;
  }): Promise<number>;
}

declare module "@restatedev/restate-sdk-clients" {
  type Client<H> = {
    readonly [K in keyof H]: H[K] extends (ctx: never, input: infer I) => infer R ? (input: I) => R : never;
  };
  export function connect(options: { readonly url: string }): {
    serviceClient<H>(service: { readonly handlers?: H }): Client<H>;
    /** Its calls resolve when the server has taken them. */
    serviceSendClient<H>(service: { readonly handlers?: H }): Client<H>;
    resolveAwakeable(id: string, payload: unknown): Promise<void>;
  };
}
