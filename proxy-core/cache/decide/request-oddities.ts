/** Numbers of a request's Cache-Control that say something else than their writer may have meant. */
import { odditiesOf, type CacheControl } from '../../http/cache-control.ts';
import type { Trace } from './trace.ts';

/**
 * Notes which of the directives that count is malformed, and which repeated one counts; answers with the malformed one.
 * What was set aside stands in the text still, and has nothing to be noted of.
 */
export function noteOddities(control: Readonly<CacheControl>, trace: Trace): string | undefined {
  const { maxAge, minFresh, maxStale } = control;
  if (maxAge === undefined && minFresh === undefined && maxStale === undefined) return undefined;
  const counting = new Set<string>();
  if (maxAge !== undefined) counting.add('max-age');
  if (minFresh !== undefined) counting.add('min-fresh');
  if (maxStale !== undefined) counting.add('max-stale');
  const { repeated, malformed } = odditiesOf(control.text, counting);
  if (repeated !== undefined) trace.note('repeated-directive', { ...repeated, of: 'request' });
  if (malformed !== undefined) trace.note('malformed-directive', { directive: malformed, of: 'request' });
  return malformed;
}
