/** What the picture of a chain shows beyond the words of its hops: who answered, which lines quote what. Pure. */
import type {
  Chain,
  ChainEvidence,
  ChainHop,
  Contradiction,
  HopState,
} from '../../../proxy-core/contract/chain/chain.ts';
import { chainOfExchange } from '../../../proxy-core/contract/chain/of-exchange.ts';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import type { Evidence } from '../../../proxy-core/contract/explain/evidence/locate.ts';
import { findMember } from '../../../proxy-core/contract/explain/evidence/members.ts';
import type { IconName } from '../../ui/icons.tsx';

/** Shape and colour of each state; the word stands beside them. */
export const LOOKS: Record<HopState, { icon: IconName; tone: string }> = {
  hit: { icon: 'HIT', tone: 'o-hit' },
  stale: { icon: 'STALE', tone: 'o-stale' },
  revalidated: { icon: 'REVALIDATED', tone: 'o-revalidated' },
  expired: { icon: 'STALE', tone: 'o-miss' },
  miss: { icon: 'MISS', tone: 'o-miss' },
  forwarded: { icon: 'MISS', tone: 'o-miss' },
  bypass: { icon: 'BYPASS', tone: 'o-bypass' },
  dynamic: { icon: 'notStored', tone: 'o-bypass' },
  generated: { icon: 'check', tone: 'o-bypass' },
  failed: { icon: 'ERROR', tone: 'o-error' },
  asked: { icon: 'MISS', tone: 'o-bypass' },
  'not-asked': { icon: 'PENDING', tone: 'o-bypass' },
  unknown: { icon: 'help', tone: 'o-bypass' },
};

export const KIND_ICONS: Record<ChainHop['kind'], IconName> = {
  client: 'browser',
  this: 'traffic',
  cache: 'cache',
  application: 'code',
  proxy: 'link',
  origin: 'server',
};

const ANSWERS: ReadonlySet<HopState> = new Set(['hit', 'stale', 'revalidated', 'generated']);

/** Index of the hop whose response this is: the nearest that gave one of its own; undefined when that is not known. */
export function answeredBy({ hops }: Chain): number | undefined {
  for (const [i, hop] of hops.entries()) {
    if (hop.kind === 'client') continue;
    if (hop.kind !== 'this' && hop.reached !== true) return undefined;
    if (ANSWERS.has(hop.state)) return i;
    if (hop.kind === 'origin') return hop.state === 'asked' ? i : undefined;
  }
  return undefined;
}

/** How many things do not go together; none where the chain cannot be read: its own tab says what broke. */
export function countContradictions(detail: ExchangeDetail): number {
  try {
    return chainOfExchange(detail)?.contradictions.length ?? 0;
  } catch {
    return 0;
  }
}

/** Hops a contradiction is about. */
export function hopsOf(contradiction: Contradiction): readonly number[] {
  return contradiction.kind === 'lifetimes' ? contradiction.of.flatMap(({ hops }) => hops) : [contradiction.hop];
}

/** The field a lifetime comes from: its directive, where the hop's reader names the whole line. */
export function ruleOf({ lifetime }: ChainHop): ChainEvidence | undefined {
  if (lifetime?.evidence === undefined || lifetime.evidence.part !== undefined) return lifetime?.evidence;
  const member = findMember(lifetime.evidence.value, lifetime.directive);
  return member === undefined
    ? lifetime.evidence
    : { ...lifetime.evidence, part: lifetime.evidence.value.slice(member.from, member.to) };
}

/** Each line, or part of one, once. */
export function distinct(detail: ExchangeDetail, all: readonly ChainEvidence[]): Evidence[] {
  const out = new Map<string, Evidence>();
  for (const item of all) out.set(`${item.list} ${item.index} ${item.part ?? ''}`, quoteOf(detail, item));
  return [...out.values()];
}

/** A line of the record, as the window quotes and marks it. */
export function quoteOf(detail: ExchangeDetail, { list, index, name, value, part }: ChainEvidence): Evidence {
  const lines = { upstream: detail.upstreamFields ?? [], reply: detail.responseFields, request: detail.requestFields };
  const line = lines[list][index];
  const message = list === 'request' ? 'request' : 'response';
  if (line === undefined || line[0] !== name) return { message, field: name, quote: part ?? value };
  const at = part === undefined ? -1 : line[1].toLowerCase().indexOf(part.toLowerCase());
  const [from, to] = at < 0 || part === undefined ? [0, line[1].length] : [at, at + part.length];
  const place = { side: message, head: list, index, line, from, to } as const;
  return { message, field: name, place, quote: line[1].slice(from, to) };
}
