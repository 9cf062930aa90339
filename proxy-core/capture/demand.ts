/** Whether the client had a fresh stored response passed over, read from the steps recorded when that was decided. */
import type { Demand } from '../contract/exchange.ts';
import type { TraceStep } from '../contract/reasons.ts';

/** What the request demanded; undefined where nothing fresh was stored, or the request let it be used. */
export function demandOf(trace: readonly TraceStep[]): Demand | undefined {
  for (const { code, result, inputs } of trace) {
    if (result !== 'stop' || !(Number(inputs['left']) > 0)) continue;
    if (code === 'request-no-cache') return inputs['cacheControl'] === 'Pragma: no-cache' ? 'pragma' : 'no-cache';
    if (code === 'request-max-age') return 'max-age';
    if (code === 'request-min-fresh') return 'min-fresh';
  }
  return undefined;
}
