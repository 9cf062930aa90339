/** Numbers of a request's Cache-Control that say something else than their writer may have meant. */
import { odditiesOf, type CacheControl } from '../../http/cache-control.ts';
import type { Trace } from './trace.ts';

const NUMBERS: ReadonlySet<string> = new Set(['max-age', 'min-fresh', 'max-stale']);

/** Notes which of them is malformed, and which repeated one counts; answers with the malformed one. */
export function noteOddities(control: Readonly<CacheControl>, trace: Trace): string | undefined {
  if (control.maxAge === undefined && control.minFresh === undefined && control.maxStale === undefined)
    return undefined;
  const { repeated, malformed } = odditiesOf(control.text, NUMBERS);
  if (repeated !== undefined) trace.note('repeated-directive', { ...repeated, of: 'request' });
  if (malformed !== undefined) trace.note('malformed-directive', { directive: malformed, of: 'request' });
  return malformed;
}
