/**
 * The chain of a recorded exchange: the one thing a window calls. It passes the whole `ExchangeDetail` it has (of
 * `exchange.get`), draws `hops` from the first (the client) to the last (the origin), and puts them into words with
 * `explain/chain.ts`. `evidence.list` says which list of that very detail a line stands in (`upstream`: `upstreamFields`,
 * `reply`: `responseFields`, `request`: `requestFields`), `evidence.index` where.
 */
import type { ExchangeDetail, FieldLine, Outcome } from '../exchange.ts';
import { isNotStored } from '../explain/not-stored.ts';
import type { Chain, ChainList, HopState, LifetimeRule } from './chain.ts';
import { FORWARDS } from './cache-status.ts';
import { evidenceOf, Lines } from './lines.ts';
import { readChain, type ChainInput } from './read-chain.ts';
import { parseList } from './structured.ts';

/** Undefined for what is no exchange of HTTP (tunnels, WebSockets) and while there is no response yet. */
export function chainOfExchange(detail: ExchangeDetail): Chain | undefined {
  const { row, upstreamFields, responseFields } = detail;
  if (row.kind !== 'http' || row.status === undefined || row.outcome === undefined) return undefined;
  const asked =
    row.outcome === 'REVALIDATED' || ((row.outcome === 'MISS' || row.outcome === 'BYPASS') && !isLocal(detail));
  const list: ChainList = asked && upstreamFields !== undefined ? 'upstream' : 'reply';
  const fields = list === 'upstream' ? upstreamFields! : withoutOurs(detail);
  const lifetime = ourLifetime(detail, new Lines(fields, list));
  const ours: ChainInput['ours'] = { state: ourState(detail), asked };
  if (row.ageSeconds !== undefined) ours.ageSeconds = row.ageSeconds;
  if (row.ttlSeconds !== undefined) ours.ttlSeconds = row.ttlSeconds;
  if (row.collapsed) ours.collapsed = true;
  if (lifetime !== undefined) ours.lifetime = lifetime;
  const forward = forwardOf(detail);
  if (forward !== undefined) ours.forward = forward;
  const conditional = detail.requestFields.some(([name]) => /^if-(none-match|modified-since)$/i.test(name));
  const chain = readChain({
    fields,
    list,
    reply: responseFields,
    ours,
    client: row.status === 304 && conditional ? 'revalidated' : 'asked',
  });
  // Asked, and what came was of no use: the stored response stands in.
  const failed = row.outcome === 'STALE' && (row.reason === 'stale-if-error' || row.reason === 'stale-on-error');
  if (failed || row.outcome === 'ERROR') chain.hops.at(-1)!.state = failed ? 'failed' : 'unknown';
  return chain;
}

/** Answered by this proxy itself: its pages, refusals, replies of stages. */
function isLocal({ row: { reason } }: ExchangeDetail): boolean {
  return (
    reason === 'own-page' ||
    reason === 'request-refused' ||
    reason === 'stage-reply' ||
    reason === 'stage-drop' ||
    reason === 'only-if-cached' ||
    reason === 'internal-error'
  );
}

const STATES: Record<Exclude<Outcome, 'MISS'>, HopState> = {
  HIT: 'hit',
  STALE: 'stale',
  REVALIDATED: 'revalidated',
  BYPASS: 'bypass',
  ERROR: 'failed',
};

function ourState(detail: ExchangeDetail): HopState {
  const outcome = detail.row.outcome!;
  if (isLocal(detail)) return outcome === 'ERROR' ? 'failed' : 'generated';
  if (outcome !== 'MISS') return STATES[outcome];
  return FORWARDS.get(forwardOf(detail) ?? 'miss') ?? 'miss';
}

/** Why we asked, from our own Cache-Status. */
function forwardOf({ cacheStatusHeader = '' }: ExchangeDetail): string | undefined {
  const member = parseList(cacheStatusHeader)?.[0];
  const forward = member?.parameters.get('fwd');
  return forward?.type === 'token' ? forward.value : undefined;
}

/** Of the stored response: the fields it was stored with. What we add to a reply tells of us. */
function withoutOurs({ responseFields, cacheStatusHeader }: ExchangeDetail): FieldLine[] {
  const last = (lowerName: string): number => {
    let at = responseFields.length - 1;
    while (at >= 0 && responseFields[at]![0].toLowerCase() !== lowerName) at--;
    return at;
  };
  const ours = new Set([last('via'), last('age')]);
  if (cacheStatusHeader !== undefined) ours.add(last('cache-status')).add(last('x-cache-status'));
  // The places stay those of the record.
  return responseFields.map((line, i): FieldLine => (ours.has(i) ? ['', ''] : line));
}

const FIELDS: Readonly<Record<string, string>> = {
  's-maxage': 'Cache-Control',
  'max-age': 'Cache-Control',
  expires: 'Expires',
  'cdn-cache-control': 'CDN-Cache-Control',
};

/** What this proxy decided, from the trace: the last step that names a lifetime; none when nothing is kept. */
function ourLifetime(detail: ExchangeDetail, lines: Lines): LifetimeRule | undefined {
  const { row, trace } = detail;
  if (isNotStored(row)) return { seconds: 0, field: '', directive: row.reason! };
  if (row.outcome === 'BYPASS' || row.outcome === 'ERROR') return undefined;
  for (const { inputs } of [...trace].reverse()) {
    const { lifetime: seconds, source } = inputs;
    if (typeof seconds !== 'number' || typeof source !== 'string') continue;
    const field = FIELDS[source] ?? '';
    const line = lines
      .all(field.toLowerCase())
      .find(
        ({ value }) => source === 'expires' || field === 'CDN-Cache-Control' || value.toLowerCase().includes(source),
      );
    const directive = source === 'expires' ? '' : source;
    return { seconds, field, directive, ...(line !== undefined && { evidence: evidenceOf(line) }) };
  }
  return undefined;
}
