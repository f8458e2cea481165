/*
 * How an input that may come later is recognised: a field of its schema's definition under a registered symbol, as the
 * brand of Ligase's own schemas is.
 */
const SIGNAL = Symbol.for("ligase.signal");

/** Adds the options of an input that may come later to a definition that is about to be given to a Zod class. */
export function withSignal<D extends object>(def: D, options: object): D {
  return { ...def, [SIGNAL]: options };
}

/** The options of an input that may come later; undefined of any other schema. */
export function signalOf(schema: { readonly _zod: { readonly def: object } }): object | undefined {
  return (schema._zod.def as { readonly [SIGNAL]?: object })[SIGNAL];
}
