/** The chain of caches, in English. */
import type { ChainHop } from '../../chain/chain.ts';
import { isReasonCode } from '../../reasons.ts';
import { nameOf, ruleSource, type ChainTexts } from '../chain-texts.ts';
import { listOf } from '../../wording/plurals.ts';
import { compared, counted, source, span, stated } from './words.ts';

const hits = counted({ one: '# hit', other: '# hits' });

function who(hop: ChainHop): string {
  switch (hop.kind) {
    case 'client':
      return 'the client';
    case 'this':
      return 'this proxy';
    case 'origin':
      return 'the origin';
    case 'proxy':
    case 'cache':
    case 'application':
      return nameOf(hop) || 'a cache without a name';
  }
}

const aged = ({ ageSeconds }: ChainHop): string => (ageSeconds === undefined ? '' : `, ${span(ageSeconds)} old`);

/** What it did, as it says. */
function act(hop: ChainHop): string {
  switch (hop.state) {
    case 'hit':
      if (hop.mayHaveAsked) return `answered with its stored response${aged(hop)}, perhaps after asking further`;
      // Fastly's HIT may be stale, or made by it ("X-Cache").
      return `answered ${hop.product === 'fastly' ? 'without asking further' : 'from its store'}${aged(hop)}`;
    case 'stale':
      return `answered from its store with a stale response${aged(hop)}`;
    case 'revalidated':
      return hop.kind === 'client'
        ? 'asked; its own copy is still good'
        : 'asked further, and its stored response is still good';
    case 'expired':
      return 'its stored response was stale, and it got a new one';
    case 'miss':
      if (hop.forward === 'uri-miss') return 'had nothing stored under this URL, and asked further';
      if (hop.forward === 'vary-miss') return 'had only other variants stored, and asked further';
      if (hop.forward === 'partial') return 'had only another part stored, and asked further';
      if (hop.found === false) return 'had nothing stored, and asked further';
      return 'did not answer from its store, and asked further';
    case 'forwarded':
      return hop.forward === 'request'
        ? 'had it stored, but the request wanted the origin to be asked'
        : hop.found
          ? 'had something stored, and asked further all the same'
          : 'asked further';
    case 'bypass':
      return 'asked further without looking into its cache';
    case 'dynamic':
      return 'does not cache responses like this one';
    case 'generated':
      return 'made the response itself';
    case 'failed':
      return hop.kind === 'origin' ? 'asked, but gave nothing that could be used' : 'got nothing that it could use';
    case 'asked':
      return hop.kind === 'origin' ? 'asked, as far as the fields tell' : 'asked';
    case 'not-asked':
      return 'not asked: a cache before it answered';
    case 'unknown':
      if (hop.kind === 'origin') return 'whether it was asked is not known';
      if (hop.kind === 'proxy') return `passed it on${aged(hop)}; nothing says whether it is a cache`;
      if (nameOf(hop) === '' && hop.ageSeconds !== undefined)
        return `only an Age tells of it: the response is ${span(hop.ageSeconds)} old`;
      return hop.said === undefined ? 'says nothing of what its cache did' : 'says something that is not known here';
  }
}

function did(hop: ChainHop): string {
  if (hop.kind === 'client' || hop.kind === 'this' || hop.kind === 'origin') return act(hop);
  if (hop.reached === true && hop.kind !== 'application') return act(hop);
  if (hop.kind === 'application' && hop.reached === true) return `inside the origin, ${act(hop)}`;
  return hop.reached === false
    ? `not asked this time; when the response came through it: ${act(hop)}`
    : `perhaps not asked this time; as its fields tell: ${act(hop)}`;
}

function notes(hop: ChainHop): string[] {
  const out: string[] = [];
  if (hop.ttlSeconds !== undefined)
    out.push(hop.ttlSeconds > 0 ? `fresh for ${span(hop.ttlSeconds)} more` : `stale for ${span(-hop.ttlSeconds)}`);
  if (hop.hits !== undefined && hop.hits > 0) out.push(`${hits(hop.hits)} so far`);
  if (hop.stored) out.push('keeps the new response');
  if (hop.collapsed) out.push('shared the answer to another request');
  if (hop.detail !== undefined) out.push(`adds “${hop.detail}”`);
  if (hop.place === 'supposed') out.push('its place is supposed, no field says it');
  return out;
}

const UNKNOWN = {
  value: 'is documented nowhere known here',
  field: 'tells of a cache, but the field is not known here',
  malformed: 'does not parse',
  ambiguous: 'could be of several caches',
};

export const EN_CHAIN: ChainTexts = {
  who,
  states: {
    hit: 'hit',
    stale: 'stale hit',
    revalidated: 'revalidated',
    expired: 'expired',
    miss: 'miss',
    forwarded: 'forwarded',
    bypass: 'bypass',
    dynamic: 'not cached',
    generated: 'made here',
    failed: 'failed',
    asked: 'asked',
    'not-asked': 'not asked',
    unknown: 'unknown',
  },
  did,
  notes,
  lifetime: (hop, rule, withSource) => {
    const named =
      rule.field === '' ? (isReasonCode(rule.directive) ? rule.directive : source(rule.directive)) : ruleSource(rule);
    const by = withSource ? ` (${named})` : '';
    if (hop.kind === 'this')
      return rule.seconds > 0
        ? `keeps it ${stated(rule.seconds)}${by}`
        : isReasonCode(rule.directive)
          ? 'does not keep it'
          : `keeps it, but has to ask each time${by}`;
    const client = hop.kind === 'client' ? 'a browser ' : '';
    if (rule.seconds > 0) return `${client}may use it for ${stated(rule.seconds)}${by}`;
    return rule.directive === 'no-store' || (rule.directive === 'private' && hop.kind !== 'client')
      ? `${client}may not keep it${by}`
      : `${client}has to ask each time${by}`;
  },
  contradiction: (c, name) => {
    switch (c.kind) {
      case 'lifetimes':
        return `lifetimes differ: ${c.of
          .map(
            ({ seconds, hops }) =>
              `${listOf(
                'en',
                hops.map((hop) => (hop === 0 ? 'browsers' : name(hop))),
              )} ${seconds > 0 ? stated(seconds) : 'none'}`,
          )
          .join('; ')}`;
      case 'older-than-lifetime': {
        const [age, lifetime] = compared(c.ageSeconds, c.lifetime.seconds);
        return `${name(c.hop)} answered with a response ${age} old, although the fields give it ${
          c.lifetime.seconds > 0 ? lifetime : 'no lifetime'
        } (${ruleSource(c.lifetime)}): it goes by another rule`;
      }
      case 'kept-though-forbidden':
        return `${name(c.hop)} answered from its store, although the fields forbid storing (${ruleSource(c.lifetime)}): it goes by another rule`;
      case 'stale-on-arrival': {
        const [age, lifetime] = compared(c.ageSeconds, c.lifetime.seconds);
        return `the response is ${age} old when it comes, and this proxy may use it for ${lifetime}: it is stale here from the start`;
      }
      case 'says-both':
        return `${name(c.hop)} says “${c.first}” and “${c.second}”: the first is believed`;
      case 'age-behind-misses':
        return `all caches that name themselves asked further, and yet the response has an age of ${span(c.ageSeconds)}: a cache without a name answered, or a clock is off`;
    }
  },
  unknown: (why, line) => `“${line}” ${UNKNOWN[why]}`,
};
