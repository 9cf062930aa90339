/** How fast the machine's memory answers now: what shares a host's caches decides more about a run than what it does. */

/** Reads that each depend on the one before. */
const STEPS = 300_000;
const LINE_BYTES = 64;
const INTS_A_LINE = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/**
 * Time of one read somewhere in `bytes` of memory, ns: about 1 within a core's first cache, 10 to 20 in a free third one,
 * 80 to 100 in memory. Other tenants of the host make it several times that.
 */
export function memoryLatencyNs(bytes: number): number {
  const lines = Math.floor(bytes / LINE_BYTES);
  const order = Int32Array.from({ length: lines }, (_, n) => n);
  // One ring through all lines, in an order no processor foresees.
  for (let n = lines - 1; n > 0; n--) {
    const other = Math.floor(Math.random() * n);
    [order[n], order[other]] = [order[other]!, order[n]!];
  }
  const next = new Int32Array(lines * INTS_A_LINE);
  for (let n = 0; n < lines; n++) next[order[n]! * INTS_A_LINE] = order[(n + 1) % lines]! * INTS_A_LINE;
  const walk = (): number => {
    let at = 0;
    for (let step = 0; step < STEPS; step++) at = next[at]!;
    return at;
  };
  walk();
  const began = performance.now();
  const end = walk();
  const ns = ((performance.now() - began) * 1e6) / STEPS;
  // What came of it is used, so that it is done.
  return end < 0 ? NaN : ns;
}
