/** Reads the chain of caches from the head of a response, and from what this proxy did. Pure, bounded, linear. */
import type { FieldLine } from '../exchange.ts';
import type { Chain, ChainHop, ChainList, LifetimeRule } from './chain.ts';
import { readCacheStatus } from './cache-status.ts';
import { contradictionsOf } from './contradictions.ts';
import { Drafts } from './drafts.ts';
import { clientLifetimeOf, lifetimeOf } from './lifetimes.ts';
import { evidenceOf, Lines, wholeNumber } from './lines.ts';
import { inOrder } from './order.ts';
import { readVendors } from './vendors.ts';
import { readVia } from './via.ts';
import { readXCache } from './x-cache.ts';

/** What {@link readChain} reads. {@link chainOfExchange} makes it of a recorded exchange. */
export interface ChainInput {
  /** The head as it came from the origin, and which list of the record it is. */
  fields: readonly FieldLine[];
  list: ChainList;
  /** The head the client got: what the browser's own cache goes by. The same as `fields` when left out. */
  reply?: readonly FieldLine[];
  /** What this proxy did, and whether it asked the origin for this exchange. */
  ours: Partial<
    Pick<ChainHop, 'said' | 'ageSeconds' | 'ttlSeconds' | 'stored' | 'collapsed' | 'forward' | 'lifetime'>
  > & {
    state: ChainHop['state'];
    asked: boolean;
  };
  /** `revalidated` when the client's own copy was good (a 304 for its condition). */
  client?: 'asked' | 'revalidated';
}

/** Fields that are read or known not to matter; anything else with `cache` in its name is listed as unknown. */
const KNOWN: ReadonlySet<string> = new Set([
  'cache-control',
  'cache-status',
  'cache-tag',
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'netlify-cdn-cache-control',
  'vercel-cdn-cache-control',
  'cf-cache-status',
  'x-cache',
  'x-cache-hits',
  'x-cache-key',
  'x-cache-lookup',
  'x-cache-remote',
  'x-cache-status',
  'x-cache-tags',
  'x-vercel-cache',
  'x-nextjs-cache',
  'x-drupal-cache',
  'x-drupal-dynamic-cache',
  'x-drupal-cache-tags',
  'x-drupal-cache-contexts',
  'x-drupal-cache-max-age',
  'x-check-cacheable',
  'akamai-cache-status',
  'netlify-cache-tag',
  'vercel-cache-tag',
]);

/** The chain that a response came through. */
export function readChain(input: ChainInput): Chain {
  const lines = new Lines(input.fields, input.list);
  const reply = input.reply === undefined ? lines : new Lines(input.reply, 'reply');
  const drafts = new Drafts();
  readVia(lines, drafts);
  readCacheStatus(lines, drafts);
  readVendors(lines, drafts);
  readXCache(lines, drafts);
  for (const name of lines.names())
    if (name.includes('cache') && !KNOWN.has(name)) for (const line of lines.all(name)) drafts.unread('field', line);
  for (const line of lines.all('x-served-by')) if (!line.value.includes('cache-')) drafts.unread('value', line);

  const { state, asked, lifetime: oursKeeps, ...ours } = input.ours;
  const hops: ChainHop[] = [
    withRule({ kind: 'client', state: input.client ?? 'asked', place: 'said', evidence: [] }, clientLifetimeOf(reply)),
    withRule({ kind: 'this', state, reached: true, place: 'said', evidence: [], ...ours }, oursKeeps),
  ];
  const places = inOrder(drafts.all, drafts.order);
  const index = new Map(places.map(({ draft }, i) => [draft, i + hops.length]));
  for (const { draft, said } of places)
    hops.push(
      withRule(
        { ...draft, place: said ? 'said' : 'supposed' },
        draft.kind === 'cache' ? lifetimeOf(lines, draft.product) : undefined,
      ),
    );
  hops.push({ kind: 'origin', state: 'asked', place: 'said', evidence: [] });

  reach(hops, asked);
  const { age, hidden } = readAge(lines, hops);
  const contradictions = contradictionsOf(hops, age, asked);
  for (const { draft, first, second, evidence } of drafts.both)
    contradictions.push({ kind: 'says-both', hop: index.get(draft)!, first, second, evidence });
  if (hidden !== undefined && places.some(({ draft }) => draft.kind === 'cache'))
    contradictions.push({ kind: 'age-behind-misses', hop: hidden, ageSeconds: age!.seconds });
  return {
    hops,
    ...(age !== undefined && { age }),
    contradictions,
    unknown: drafts.unknown,
    cut: drafts.cut + lines.cut,
  };
}

function withRule(hop: ChainHop, lifetime: LifetimeRule | undefined): ChainHop {
  return lifetime === undefined ? hop : { ...hop, lifetime };
}

/** How far the request came: to the first hop that answered by itself; not known behind one that says nothing. */
function reach(hops: ChainHop[], asked: boolean): void {
  let here: boolean | undefined = asked;
  for (const hop of hops.slice(2)) {
    if (here !== undefined) hop.reached = here;
    if (hop.kind === 'origin') hop.state = here === undefined ? 'unknown' : here ? 'asked' : 'not-asked';
    else if (here === true && (hop.state === 'hit' || hop.state === 'stale' || hop.state === 'generated')) here = false;
    else if (here === true && (hop.state === 'unknown' || hop.state === 'failed')) here = undefined;
  }
}

/**
 * Age is of the nearest cache that answered (RFC 9111 §5.1). Where all that name themselves asked further, one that does not
 * must have answered: it is put in before the origin.
 */
function readAge(lines: Lines, hops: ChainHop[]): { age?: Chain['age']; hidden?: number } {
  const line = lines.first('age');
  const seconds = wholeNumber(line?.value ?? '');
  if (line === undefined || seconds === undefined) return {};
  const evidence = evidenceOf(line);
  const answered = hops.findIndex(
    (hop) => hop.reached === true && hop.kind !== 'this' && ['hit', 'stale', 'revalidated'].includes(hop.state),
  );
  const silent = hops.findIndex((hop) => hop.reached === true && hop.state === 'unknown');
  if (answered >= 0) {
    const hop = hops[answered]!;
    hop.ageSeconds ??= seconds;
    hop.evidence.push(evidence);
    return { age: { seconds, hop: answered, evidence } };
  }
  const asked = hops.some((hop) => hop.kind === 'origin' && hop.state === 'asked');
  if (silent >= 0 || seconds === 0 || !asked) return { age: { seconds, evidence } };
  const first = hops.findIndex(({ kind }) => kind === 'application' || kind === 'origin');
  const rule = lifetimeOf(lines, undefined);
  hops.splice(
    first,
    0,
    withRule(
      { kind: 'cache', state: 'hit', reached: true, ageSeconds: seconds, place: 'said', evidence: [evidence] },
      rule,
    ),
  );
  for (const hop of hops.slice(first + 1)) {
    hop.reached = false;
    if (hop.kind === 'origin') hop.state = 'not-asked';
  }
  return { age: { seconds, hop: first, evidence }, hidden: first };
}
