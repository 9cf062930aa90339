/** Captured exchanges in the control API: lists as JSON, NDJSON or CSV, one exchange in words, its bodies. */
import type { CommandHandlers } from '../contract/commands.ts';
import type { ExchangeDetail } from '../contract/exchange.ts';
import { CommandError } from '../contract/errors.ts';
import { parseFieldList, toEventRecord, type EventRecord } from '../contract/event-record.ts';
import { chainOfExchange } from '../contract/chain/of-exchange.ts';
import { explainContradiction, explainHop, explainUnknown } from '../contract/explain/chain.ts';
import { explainReason, explainStep, whatWouldMakeItAHit, type ExplainLanguage } from '../contract/explain/explain.ts';
import {
  explainCannot,
  explainChange,
  explainExposure,
  explainGain,
  explainOrdinary,
  explainStored,
} from '../contract/explain/fix.ts';
import type { Fix } from '../contract/fix/fix.ts';
import { linesFor } from '../contract/fix/lines/lines.ts';
import { SERVERS } from '../contract/fix/lines/servers.ts';
import { bodyAnswer, given, order, page, type RestAnswer, type RestDeps, type RestRequest } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

const CSV_COLUMNS: readonly (keyof EventRecord)[] = [
  'event_id',
  'timestamp_ms',
  'method',
  'url',
  'status',
  'cache_status',
  'cache_detail',
  'cache_key',
  'domain',
  'client_ip',
  'username',
  'content_type',
  'response_size',
  'request_duration_ms',
  'upstream_ms',
  'age_seconds',
  'ttl_seconds',
  'protocol',
  'error',
  'user_agent',
];
const csvCell = (value: string | number | object | undefined): string => {
  if (value === undefined) return '';
  // A leading = + - @ would be run as a formula by spreadsheets.
  const text = typeof value === 'string' ? value.replace(/^[=+\-@\t\r]/, "'$&") : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Captured events that match the query, in the format asked for. */
export async function events(deps: RestDeps, { query }: RestRequest): Promise<RestAnswer> {
  const format = query.get('format') ?? 'json';
  if (!['json', 'ndjson', 'csv'].includes(format))
    throw new CommandError('bad-params', `format takes json, ndjson or csv, not ${JSON.stringify(format)}`);
  const seconds = (name: string): number | undefined => {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
    if (!Number.isFinite(ms))
      throw new CommandError('bad-params', `${name} takes unix seconds or an ISO date, not ${JSON.stringify(value)}`);
    return Math.round(ms);
  };
  const list = (await call(
    deps.handlers,
    'exchange.list',
    given({
      ...page(query),
      q: query.get('q'),
      host: query.get('domain'),
      username: query.get('username'),
      method: query.get('method')?.toUpperCase(),
      cacheStatus: query.get('cache_status')?.toUpperCase(),
      session: query.get('session'),
      fromMs: seconds('from'),
      toMs: seconds('to'),
      descending: order(query, true),
    }),
  )) as Awaited<ReturnType<CommandHandlers['exchange.list']>>;
  const keep = parseFieldList('*,-set-cookie');
  const session = query.get('session') || deps.sessionId;
  const records: EventRecord[] = [];
  for (const { id } of list.rows)
    records.push(toEventRecord(await deps.handlers['exchange.get']({ id, session }), session, keep));
  if (format === 'ndjson')
    return { text: records.map((record) => `${JSON.stringify(record)}\n`).join(''), type: 'application/x-ndjson' };
  if (format === 'csv')
    return {
      text: `${[CSV_COLUMNS.join(','), ...records.map((record) => CSV_COLUMNS.map((name) => csvCell(record[name])).join(','))].join('\r\n')}\r\n`,
      type: 'text/csv; charset=utf-8',
    };
  return {
    json: {
      events: records,
      total: list.total,
      ...(list.unsearched !== undefined && { unsearched: list.unsearched }),
    },
  };
}

/** `<session>-<n>` or `n`. */
export function exchangeId(text: string): { id: number; session?: string } {
  const match = /^(?:(.+)-)?(\d{1,15})$/.exec(text);
  if (!match)
    throw new CommandError(
      'bad-params',
      `an event id is a number or SESSION-NUMBER, not ${JSON.stringify(text.slice(0, 80))}`,
    );
  return { id: Number(match[2]), ...(match[1] !== undefined && { session: match[1] }) };
}

/** `lang` of the query. */
function languageOf({ query }: RestRequest): ExplainLanguage {
  const language = query.get('lang') ?? 'en';
  if (language !== 'en' && language !== 'ru')
    throw new CommandError('bad-params', `lang takes en or ru, not ${JSON.stringify(language)}`);
  return language;
}

/** What would make it a hit, in words too. */
export async function eventFix(deps: RestDeps, request: RestRequest): Promise<RestAnswer> {
  const language = languageOf(request);
  const asked = exchangeId(request.path['id']!);
  const named = request.query.get('server');
  const server = SERVERS.find((name) => name === named);
  if (named !== null && server === undefined)
    throw new CommandError(
      'bad-params',
      `server takes ${SERVERS.join(', ')}, not ${JSON.stringify(named.slice(0, 80))}`,
    );
  const fix = await deps.handlers['exchange.fix'](asked);
  const url = server === undefined || fix.kind === 'none' ? '' : (await deps.handlers['exchange.get'](asked)).row.url;
  const told = (one: Fix, varied?: string) => ({
    change: explainChange(language, one.edits),
    gives: explainGain(language, one, varied),
    warnings: one.exposes.map((exposure) => explainExposure(language, exposure)),
    edits: one.edits,
    seconds: one.seconds,
    ...(server !== undefined && { lines: linesFor(server, one.edits, url) }),
  });
  switch (fix.kind) {
    case 'none':
      return {
        json: {
          kind: fix.why,
          seconds: fix.seconds,
          ...(fix.why === 'stored' && { text: explainStored(language, fix.seconds) }),
        },
      };
    case 'fix':
      return { json: { kind: 'fix', fixes: fix.fixes.map((one) => told(one, fix.varied)) } };
    case 'cannot': {
      const { code, ordinary } = fix;
      return {
        json: {
          kind: 'cannot',
          code,
          text: explainCannot(language, code),
          ...(ordinary !== undefined && {
            ordinary: {
              text: explainOrdinary(language, ordinary.length === 0),
              fixes: ordinary.map((one) => told(one)),
            },
          }),
        },
      };
    }
  }
}

/** One exchange, with its recorded decision in words. */
export async function oneEvent(deps: RestDeps, request: RestRequest): Promise<RestAnswer> {
  const language = languageOf(request);
  const detail = await deps.handlers['exchange.get'](exchangeId(request.path['id']!));
  const { reason, outcome } = detail.row;
  const explanation =
    reason === undefined
      ? {}
      : {
          explanation: explainReason(language, reason, detail.facts, detail.neighbour, outcome),
          advice: whatWouldMakeItAHit(language, reason, detail.facts),
        };
  const trace = detail.trace.map((step) => ({ ...step, text: explainStep(language, step) }));
  return {
    json: { ...(toSnakeCase({ ...detail, trace, chain: chainInWords(detail, language) }) as object), ...explanation },
  };
}

/** The chain of caches, each part with its sentence; undefined where there is none. */
function chainInWords(detail: ExchangeDetail, language: ExplainLanguage): object | undefined {
  const chain = chainOfExchange(detail);
  if (chain === undefined) return undefined;
  return {
    ...chain,
    hops: chain.hops.map((hop) => ({ ...hop, text: explainHop(language, hop) })),
    contradictions: chain.contradictions.map((found) => ({
      ...found,
      text: explainContradiction(language, chain, found),
    })),
    unknown: chain.unknown.map((found) => ({ ...found, text: explainUnknown(language, found) })),
  };
}

/** A captured body, or a slice of it. */
export async function body(deps: RestDeps, request: RestRequest, side: 'request' | 'response'): Promise<RestAnswer> {
  const event = exchangeId(request.path['id']!);
  const detail = await deps.handlers['exchange.get'](event);
  const info = side === 'request' ? detail.requestBody : detail.responseBody;
  const type = info.mediaType ?? 'application/octet-stream';
  return bodyAnswer(request.query, type, (range) => deps.handlers['exchange.body']({ ...event, side, ...range }));
}
