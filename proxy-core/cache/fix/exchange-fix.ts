/** What could be changed so that an exchange would have been a hit; by what was recorded of it and the settings as they are now. */
import type { CannotCode, ExchangeFix, Exposure, Fix } from '../../contract/fix/fix.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { Head } from '../../http/head.ts';
import { varyNames } from '../decide/vary.ts';
import type { CachePolicy } from '../plan.ts';
import { findFix, idealHead, type Found } from './find-fix.ts';
import { probe, type Situation } from './probe.ts';
import { situationOf, variedBy } from './situation.ts';

/** What the decisions say of the best possible response, as a code of its own where the response is not what stands in the way. */
const CODES: Partial<Record<ReasonCode, CannotCode>> = {
  'cache-off': 'cache-off',
  'control-token': 'control-token',
  'method-not-cacheable': 'method',
  'request-content': 'request-content',
  'request-no-store': 'request-no-store',
  'request-no-cache': 'client-reload',
  'request-max-age': 'client-reload',
  'request-min-fresh': 'client-reload',
  'request-condition': 'request-condition',
  'only-if-cached': 'only-if-cached',
  'storing-off': 'storing-off',
  'body-over-limit': 'body-over-limit',
  'no-room': 'no-room',
  'status-not-cacheable': 'status',
  'event-stream': 'event-stream',
  partial: 'partial',
  'partial-miss': 'partial',
  authorization: 'authorization',
  expired: 'too-old',
};

/** Errors that are answers about the resource, the same for everyone. */
const LASTING: ReadonlySet<number> = new Set([404, 405, 410, 414, 451, 501]);

/** Names told of a list that may be long. */
const MAX_NAMES = 5;

export function exchangeFix(detail: ExchangeDetail, policy: CachePolicy): ExchangeFix {
  const { row } = detail;
  if (row.outcome === 'HIT') return { kind: 'none', why: 'hit', seconds: Math.max(0, row.ttlSeconds ?? 0) };
  const situation = situationOf(detail, policy);
  if (typeof situation === 'string') return { kind: 'cannot', code: situation };
  const asItIs = probe(situation, situation.response.head);
  if (asItIs.hit) {
    if (row.reason === 'incomplete') return { kind: 'cannot', code: 'incomplete' };
    if (row.reason === 'invalidated-meanwhile') return { kind: 'cannot', code: 'invalidated' };
    if (row.state === 'client-left' && row.entryId === undefined) return { kind: 'cannot', code: 'client-left' };
    if (row.state === 'failed') return { kind: 'cannot', code: 'incomplete' };
    return { kind: 'none', why: 'stored', seconds: Math.max(0, asItIs.secondsLeft) };
  }
  const names = variedBy(detail);
  // What the best response does not reach, no change of this one does.
  const ideal = probe(situation, idealHead(situation));
  const fixes = ideal.hit ? fixesOf(situation, names) : [];
  if (fixes.length > 0) return { kind: 'fix', fixes, ...(names.length > 0 && { varied: listed(names) }) };
  const code = ideal.hit ? 'other' : codeOf(ideal.reason, policy);
  if (code !== 'client-reload') return { kind: 'cannot', code };
  const ordinary = situationOf(detail, policy, true);
  if (typeof ordinary === 'string') return { kind: 'cannot', code };
  const isHit = probe(ordinary, ordinary.response.head).hit;
  return { kind: 'cannot', code, ordinary: isHit ? [] : fixesOf(ordinary, names) };
}

function codeOf(reason: ReasonCode, policy: CachePolicy): CannotCode {
  const code = CODES[reason] ?? 'other';
  // One lifetime for all, a setting.
  return code === 'too-old' && policy.mode === 'fixed-ttl' ? 'own-lifetime' : code;
}

function fixesOf(situation: Situation, names: readonly string[]): Fix[] {
  const found = findFix(situation, names);
  if (found === undefined) return [];
  const smallest = described(situation, found, names);
  if (!smallest.exposes.some(({ code }) => code === 'shares-cookie')) return [smallest];
  const other = findFix(situation, names, true);
  return other === undefined ? [smallest] : [smallest, described(situation, other, names)];
}

function described(situation: Situation, found: Found, names: readonly string[]): Fix {
  const { head, edits, secondsLeft } = found;
  const control = edits.find(({ name }) => name === 'Cache-Control');
  const mayStay = control?.value?.includes('max') ? ['Expires', 'Pragma'].filter((name) => hasNo(name, head)) : [];
  return { edits, seconds: secondsLeft, exposes: exposuresOf(situation, found, names), mayStay };
}

/** A field that asks not to be cached. */
function hasNo(name: string, head: Head): boolean {
  return name === 'Pragma' ? /no-cache/i.test(head.combined('pragma') ?? '') : head.has('expires');
}

const listed = (names: readonly string[]): string =>
  names.length > MAX_NAMES ? `${names.slice(0, MAX_NAMES).join(', ')}, …` : names.join(', ');

/** What it means for private data, the gravest first. */
function exposuresOf(situation: Situation, { head, edits, dropped }: Found, names: readonly string[]): Exposure[] {
  const out: Exposure[] = [];
  const { again, response } = situation;
  const cookies = listed(cookieNames(response.head));
  const isShared = head.has('set-cookie') && !head.cacheControl.noCacheFields.includes('set-cookie');
  if (isShared && !head.cacheControl.privateFields.includes('set-cookie'))
    out.push({ code: 'shares-cookie', names: cookies });
  if (again.head.has('authorization')) out.push({ code: 'authorization' });
  if (dropped.includes('private')) out.push({ code: 'was-private' });
  if (dropped.includes('no-store')) out.push({ code: 'was-no-store' });
  if (response.status >= 400 && !LASTING.has(response.status))
    out.push({ code: 'error', names: String(response.status) });
  const varies = varyNames(head);
  if (varies !== '*' && varies.includes('cookie')) out.push({ code: 'varies-by-cookie' });
  else if (again.head.has('cookie')) out.push({ code: 'sent-cookie' });
  if (edits.some(({ name }) => name === 'Vary'))
    out.push({ code: 'vary', names: varyNames(response.head) === '*' ? '*' : listed(names) });
  if (response.head.has('set-cookie') && !head.has('set-cookie')) out.push({ code: 'drops-cookie', names: cookies });
  if (dropped.includes('no-cache')) out.push({ code: 'was-no-cache' });
  return out;
}

/** Names of the cookies set, without their values. */
function cookieNames(head: Head): string[] {
  const out: string[] = [];
  for (let i = 0; i < head.fields.length; i += 2)
    if (head.fields[i]!.toLowerCase() === 'set-cookie') {
      const value = head.fields[i + 1]!;
      out.push(
        value
          .slice(0, Math.max(0, value.indexOf('=')))
          .trim()
          .slice(0, 60) || '?',
      );
    }
  return out;
}
