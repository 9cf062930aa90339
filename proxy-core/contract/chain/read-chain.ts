/** Reads the chain of caches from the head of a response, and from what this proxy did. Pure, bounded, linear. */
import type { FieldLine } from '../exchange.ts';
import type { Chain, ChainHop, ChainList, LifetimeRule } from './chain.ts';
import { readCacheStatus } from './cache-status.ts';
import { contradictionsOf, ROUNDING_SECONDS } from './contradictions.ts';
import { Drafts, type Draft } from './drafts.ts';
import { clientLifetimeOf, lifetimeOf } from './lifetimes.ts';
import { evidenceOf, Lines, wholeNumber } from './lines.ts';
import { inOrder, type Order } from './order.ts';
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

  const order = inOrder(drafts.all, drafts.order);
  const asked = input.ours.asked;
  const found = order.drafts.map((draft): ChainHop => {
    const here = asked ? reached(draft, order) : false;
    const place = order.floating.has(draft) ? 'supposed' : 'said';
    const hop: ChainHop = { ...draft, place, ...(here !== undefined && { reached: here }) };
    return withRule(hop, draft.kind === 'cache' ? lifetimeOf(lines, draft.product) : undefined);
  });
  const age = ageOf(lines);
  if (age !== undefined && age.seconds > 0 && found.length === 0)
    // RFC 9111 §5.1: there is a cache, and nothing else tells of it.
    found.push({ kind: 'cache', state: 'unknown', place: 'said', evidence: [age.evidence], reached: asked });
  const { state, asked: _asked, lifetime, ...ours } = input.ours;
  const hops = [
    withRule(
      { kind: 'client', state: input.client ?? 'asked', place: 'said', evidence: [] } satisfies ChainHop,
      clientLifetimeOf(reply),
    ),
    withRule({ kind: 'this', state, reached: true, place: 'said', evidence: [], ...ours } satisfies ChainHop, lifetime),
    ...found,
    originOf(found, asked, age, drafts),
  ];
  const answered = hops.findIndex(
    (hop) => hop.reached === true && hop.kind !== 'this' && (ANSWERED.has(hop.state) || hop.state === 'revalidated'),
  );
  const silent = hops.findIndex((hop) => hop.reached === true && hop.state === 'unknown');
  const whose = answered >= 0 ? answered : age !== undefined && age.seconds > ROUNDING_SECONDS ? silent : -1;
  if (age !== undefined && whose >= 0) {
    const hop = hops[whose]!;
    hop.ageSeconds ??= age.seconds;
    if (!hop.evidence.includes(age.evidence)) hop.evidence.push(age.evidence);
    if (whose === answered) age.hop = whose;
  }
  const contradictions = contradictionsOf(hops, age, asked);
  for (const { draft, first, second, evidence } of drafts.both)
    contradictions.push({ kind: 'says-both', hop: order.drafts.indexOf(draft) + 2, first, second, evidence });
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

/** States in which a hop answered without asking further, and in which it did ask. */
const ANSWERED: ReadonlySet<ChainHop['state']> = new Set(['hit', 'stale', 'generated']);
const FORWARDED: ReadonlySet<ChainHop['state']> = new Set([
  'miss',
  'forwarded',
  'expired',
  'revalidated',
  'bypass',
  'dynamic',
]);

const answers = ({ state, mayHaveAsked }: Draft | ChainHop): boolean => ANSWERED.has(state) && mayHaveAsked !== true;

/**
 * Whether the request came to a hop: not when one that is known to be before it answered; surely when all that may be before
 * it asked further; else not known.
 */
function reached(draft: Draft, { drafts, isBehind }: Order): boolean | undefined {
  const others = drafts.filter((other) => other !== draft && !isBehind(draft, other));
  if (others.some((other) => isBehind(other, draft) && answers(other))) return false;
  return others.every(({ state }) => FORWARDED.has(state)) ? true : undefined;
}

/**
 * The origin stands behind all of them; caches of its application stand inside it. An Age that is no rounding says that it was
 * not asked where some cache says that it had the response (RFC 9111 §5.1). A line that is not understood may be of a cache that
 * answered.
 */
function originOf(all: readonly ChainHop[], asked: boolean, age: Chain['age'], { unknown }: Drafts): ChainHop {
  const found = all.filter(({ kind }) => kind !== 'application');
  const aged = age !== undefined && age.seconds > ROUNDING_SECONDS;
  const open = unknown.some(({ list, index }) =>
    all.every(({ evidence }) => !evidence.some((line) => line.list === list && line.index === index)),
  );
  const state =
    !asked || found.some(answers) || (aged && found.some((hop) => ANSWERED.has(hop.state)))
      ? 'not-asked'
      : found.every((hop) => FORWARDED.has(hop.state)) && !aged && !open
        ? 'asked'
        : 'unknown';
  const here = state === 'unknown' ? {} : { reached: state === 'asked' };
  return { kind: 'origin', state, place: 'said', evidence: [], ...here };
}

function ageOf(lines: Lines): Chain['age'] {
  const line = lines.first('age');
  const seconds = wholeNumber(line?.value ?? '');
  return line === undefined || seconds === undefined ? undefined : { seconds, evidence: evidenceOf(line) };
}
