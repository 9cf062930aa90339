/** What of a head is told in one line while it is folded: the fields that decide about caching. Pure. */
import type { FieldLine } from '../../../proxy-core/contract/exchange.ts';

/** Fields that decide about caching stand out, in this order. */
export const CACHE_FIELDS: ReadonlySet<string> = new Set([
  'cache-control',
  'expires',
  'age',
  'date',
  'etag',
  'last-modified',
  'vary',
  'pragma',
  'cache-status',
  'x-cache-status',
  'if-none-match',
  'if-modified-since',
  'authorization',
  'set-cookie',
  'surrogate-control',
  'cdn-cache-control',
  'warning',
]);
/** The proxy's own words, and what every response has. */
const NOT_TOLD: ReadonlySet<string> = new Set(['date', 'cache-status', 'x-cache-status']);
/** Named, and not quoted. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'set-cookie']);
const VALUE_MAX = 60;

export function tellingFields(fields: readonly FieldLine[]): string {
  const order = [...CACHE_FIELDS].filter((name) => !NOT_TOLD.has(name));
  return fields
    .flatMap(([name, value]) => {
      const at = order.indexOf(name.toLowerCase());
      if (at < 0) return [];
      const told = SECRET.has(name.toLowerCase())
        ? '…'
        : value.length > VALUE_MAX
          ? `${value.slice(0, VALUE_MAX)}…`
          : value;
      return [{ at, text: `${name}: ${told}` }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join(' · ');
}
