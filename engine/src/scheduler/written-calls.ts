/**
 * Call nodes of a run by key, for the many that are written: 24 bytes each at the most, where a map of texts takes over
 * a hundred (R12). Open addressing on the first 52 bits of the key: whoever finds a node compares its whole key.
 */
export class WrittenCalls {
  #keys = new Float64Array(16);
  #nodes = new Uint32Array(16);
  #size = 0;

  /** The node under a key, or 0. */
  get(key: string): number {
    return this.#nodes[this.#slot(startOf(key))] ?? 0;
  }

  set(key: string, node: number): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const start = startOf(key);
    const slot = this.#slot(start);
    if (this.#nodes[slot] === 0) this.#size++;
    this.#keys[slot] = start;
    this.#nodes[slot] = node;
  }

  /** Where a key is, or would be. */
  #slot(start: number): number {
    const mask = this.#keys.length - 1;
    let slot = start % this.#keys.length;
    while (this.#nodes[slot] !== 0 && this.#keys[slot] !== start) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, nodes] = [this.#keys, this.#nodes];
    this.#keys = new Float64Array(keys.length * 2);
    this.#nodes = new Uint32Array(nodes.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (nodes[old] === 0) continue;
      const slot = this.#slot(keys[old] as number);
      this.#keys[slot] = keys[old] as number;
      this.#nodes[slot] = nodes[old] as number;
    }
  }
}

/** The first 52 bits of a key, as a number; keys are uniformly distributed hashes. */
function startOf(key: string): number {
  let bits = 0;
  for (let at = 2; at < 10; at++) bits = bits * 64 + (DIGITS[key.charCodeAt(at)] ?? 0);
  return bits * 16 + ((DIGITS[key.charCodeAt(10)] ?? 0) >> 2);
}

/** Values of the digits of base64url by their character code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(
    0,
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(String.fromCharCode(code)),
  ),
);
