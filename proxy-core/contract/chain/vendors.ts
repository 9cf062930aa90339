/**
 * Fields that belong to one product, with the words its documentation lists. Whatever is not listed is unknown. X-Cache,
 * which everybody uses, stands in `x-cache.ts`.
 */
import type { HopState } from './chain.ts';
import type { Draft, Drafts } from './drafts.ts';
import { splitList, wholeNumber, type Item, type Lines } from './lines.ts';
import type { ProductId } from './products.ts';

export type Words = Readonly<Record<string, HopState>>;

/** Cloudflare, "Cloudflare cache responses". */
const CLOUDFLARE: Words = {
  HIT: 'hit',
  MISS: 'miss',
  'NONE/UNKNOWN': 'generated',
  NONE: 'generated',
  EXPIRED: 'expired',
  STALE: 'stale',
  BYPASS: 'bypass',
  REVALIDATED: 'revalidated',
  UPDATING: 'stale',
  DYNAMIC: 'dynamic',
};

/** Vercel, "Response headers". REVALIDATED: the client was allowed to have the origin asked, whatever was stored. */
const VERCEL: Words = {
  HIT: 'hit',
  MISS: 'miss',
  STALE: 'stale',
  PRERENDER: 'hit',
  REVALIDATED: 'forwarded',
  BYPASS: 'bypass',
};

/** Next.js, its own source and "Self-Hosting". */
const NEXTJS: Words = { HIT: 'hit', MISS: 'miss', STALE: 'stale', REVALIDATED: 'forwarded' };

/** Drupal, change record 2958442; what follows UNCACHEABLE in parentheses is why. */
const DRUPAL: Words = { HIT: 'hit', MISS: 'miss', UNCACHEABLE: 'dynamic' };

/** nginx, `$upstream_cache_status`. */
export const NGINX: Words = {
  HIT: 'hit',
  MISS: 'miss',
  BYPASS: 'bypass',
  EXPIRED: 'expired',
  STALE: 'stale',
  UPDATING: 'stale',
  REVALIDATED: 'revalidated',
};

/** Lines that say that a product is on the way, and nothing else: name, beginning of the value, product. */
const PRESENT: readonly (readonly [field: string, begins: string, product: ProductId])[] = [
  ['server', 'cloudflare', 'cloudflare'],
  ['cf-ray', '', 'cloudflare'],
  ['server', 'akamai', 'akamai'],
  ['akamai-grn', '', 'akamai'],
  ['server', 'cloudfront', 'cloudfront'],
  ['x-amz-cf-id', '', 'cloudfront'],
  ['x-amz-cf-pop', '', 'cloudfront'],
  ['x-azure-ref', '', 'azure'],
  ['server', 'vercel', 'vercel'],
  ['x-vercel-id', '', 'vercel'],
  ['server', 'netlify', 'netlify'],
  ['x-nf-request-id', '', 'netlify'],
];

/** Looks for products by their own fields. Runs before X-Cache is read, which needs to know who is there. */
export function readVendors(lines: Lines, drafts: Drafts): void {
  for (const [field, begins, product] of PRESENT) {
    const line = lines.first(field);
    if (line === undefined || !line.value.toLowerCase().startsWith(begins)) continue;
    const known = drafts.all.some((draft) => draft.product === product);
    const draft = drafts.of(product);
    if (draft === undefined) continue;
    draft.kind = 'cache';
    // Several caches of one product: which of them wrote it is not known.
    if (!known || drafts.all.filter((other) => other.product === product).length === 1) drafts.rests(draft, line);
  }
  word(lines, drafts, 'cf-cache-status', 'cloudflare', CLOUDFLARE);
  word(lines, drafts, 'x-vercel-cache', 'vercel', VERCEL);
  word(lines, drafts, 'x-nextjs-cache', 'nextjs', NEXTJS, 'application');
  readDrupal(lines, drafts);
  readPops(lines, drafts);
  readVarnish(lines, drafts);
  readServerTiming(lines, drafts);
}

/** A field of one product with one word in it. */
function word(
  lines: Lines,
  drafts: Drafts,
  field: string,
  product: ProductId,
  words: Words,
  kind: Draft['kind'] = 'cache',
): void {
  for (const line of lines.all(field)) {
    const draft = drafts.of(product, kind);
    if (draft !== undefined) sayWord(drafts, draft, words, { line, text: line.value });
  }
}

/** Says it when the word is known; else the line is unknown. */
export function sayWord(drafts: Drafts, draft: Draft, words: Words, item: Item, said = item.text): void {
  const known = said.toUpperCase();
  if (Object.hasOwn(words, known)) drafts.say(draft, words[known]!, said, item);
  else {
    drafts.say(draft, 'unknown', said, item);
    drafts.unread('value', item.line, item.text);
  }
}

/** The page cache stands before the dynamic page cache. */
function readDrupal(lines: Lines, drafts: Drafts): void {
  const found = (['page cache', 'dynamic page cache'] as const).map((name, i) => {
    const line = lines.first(i === 0 ? 'x-drupal-cache' : 'x-drupal-dynamic-cache');
    if (line === undefined) return undefined;
    const draft = drafts.add({ kind: 'application', product: 'drupal', name });
    const [said = ''] = line.value.split(' (', 1);
    if (draft !== undefined) sayWord(drafts, draft, DRUPAL, { line, text: line.value }, said.trim());
    if (draft !== undefined && said !== line.value) draft.detail = line.value.slice(said.length + 2, -1).slice(0, 100);
    return draft;
  });
  drafts.inOrder(found.reverse());
}

/** Where the edge stands: `CF-Ray: 7d2…-FRA`, `X-Amz-Cf-Pop: FRA56-P1`, `X-Vercel-Id: fra1::iad1::…`. */
function readPops(lines: Lines, drafts: Drafts): void {
  const pops: readonly (readonly [ProductId, string | undefined])[] = [
    ['cloudflare', lastPart(lines.first('cf-ray')?.value, '-')],
    ['cloudfront', lines.first('x-amz-cf-pop')?.value],
    ['vercel', lines.first('x-vercel-id')?.value.split('::', 1)[0]],
  ];
  for (const [product, pop] of pops) {
    const draft = drafts.all.find((other) => other.product === product);
    if (draft !== undefined && pop !== undefined && isPop(pop)) draft.pop = pop;
  }
}

function lastPart(value: string | undefined, separator: string): string | undefined {
  const at = value?.lastIndexOf(separator) ?? -1;
  return at < 0 ? undefined : value!.slice(at + 1);
}

function isPop(text: string): boolean {
  return text.length >= 2 && text.length <= 20 && /^[A-Za-z0-9-]+$/.test(text);
}

/**
 * `X-Varnish: 32770 3`: the second number is the transaction that stored what was served. Without one the answer came from
 * behind, for whatever reason: a miss, a pass, a revalidation.
 */
function readVarnish(lines: Lines, drafts: Drafts): void {
  for (const line of lines.all('x-varnish')) {
    const numbers = line.value.split(' ').filter((part) => part !== '');
    if (numbers.length < 1 || numbers.length > 2 || numbers.some((part) => wholeNumber(part) === undefined)) {
      drafts.unread('value', line);
      continue;
    }
    const candidates = drafts.all.filter((draft) => draft.product === 'varnish');
    // Each Varnish takes the field of the one behind it away: it is of the nearest.
    const draft = candidates.at(-1) ?? drafts.of('varnish');
    if (draft !== undefined)
      drafts.say(draft, numbers.length === 2 ? 'hit' : 'forwarded', `X-Varnish: ${line.value}`, {
        line,
        text: line.value,
      });
  }
}

/** Metrics in Server-Timing that tell of a cache. */
function readServerTiming(lines: Lines, drafts: Drafts): void {
  const items = lines.items('server-timing').map((item) => ({ item, ...metricOf(item.text) }));
  const akamai = items.some(({ name }) => name === 'ak_p') || drafts.all.some(({ product }) => product === 'akamai');
  for (const { item, name, desc } of items) {
    switch (name) {
      case 'cfcachestatus': // Cloudflare
        sayOf('cloudflare', desc ?? '', CLOUDFLARE, item, drafts);
        break;
      case 'cdn-cache': // Akamai
        if (akamai) sayOf('akamai', desc ?? '', { HIT: 'hit', MISS: 'miss', REVALIDATE: 'revalidated' }, item, drafts);
        else drafts.unread('ambiguous', item.line, item.text);
        break;
      case 'cdn-cache-hit': // CloudFront, "Server-Timing header"
      case 'cdn-cache-miss':
      case 'cdn-cache-refresh':
        sayOf(
          'cloudfront',
          name,
          { 'CDN-CACHE-HIT': 'hit', 'CDN-CACHE-MISS': 'miss', 'CDN-CACHE-REFRESH': 'revalidated' },
          item,
          drafts,
        );
        break;
      case 'cdn-pop':
        if (desc !== undefined && isPop(desc)) {
          const draft = drafts.of('cloudfront');
          if (draft !== undefined) draft.pop ??= desc;
        }
        break;
      default:
        if (name.includes('cache')) drafts.unread('field', item.line, item.text);
    }
  }
}

function sayOf(product: ProductId, said: string, words: Words, item: Item, drafts: Drafts): void {
  const draft = drafts.of(product);
  if (draft !== undefined) sayWord(drafts, draft, words, item, said);
}

/** `cdn-cache; desc=HIT`: name in lower case and description. */
function metricOf(text: string): { name: string; desc?: string } {
  const [name = '', ...parameters] = splitList(text, ';');
  const desc = parameters.find((parameter) => parameter.toLowerCase().startsWith('desc='))?.slice('desc='.length);
  const bare = desc?.startsWith('"') === true && desc.endsWith('"') ? desc.slice(1, -1) : desc;
  return { name: name.toLowerCase(), ...(bare !== undefined && { desc: bare.trim() }) };
}
