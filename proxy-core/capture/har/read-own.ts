/**
 * What this program wrote of an exchange beside HAR's own members, read back. The file may have been changed by anybody: each
 * value is looked at before it is taken, and one that does not fit is left out.
 */
import { PROXY_ERRORS, type ProxyErrorCode } from '../../contract/errors.ts';
import type { ExchangeKind, Outcome, StageChange, StageHead } from '../../contract/exchange.ts';
import { NOTE_MAX, ROW_COLORS } from '../../contract/labels.ts';
import type { ExchangeStart } from '../../contract/observer.ts';
import { isReasonCode, type Neighbour, type TraceInput, type TraceStep } from '../../contract/reasons.ts';
import type { CertificateFacts, TlsFacts } from '../../contract/tls.ts';
import type { ExchangeRecord } from '../record.ts';
import type { ReadBody, ReadExchange } from './read-exchange.ts';
import type { OwnMessages } from './read-messages.ts';
import { countOf, isObject, known, listOf, numberOf, objectOf, oneOf, textOf, type Json } from './values.ts';

const KINDS = ['http', 'tunnel', 'websocket'] as const satisfies readonly ExchangeKind[];
const STATES = ['pending', 'open', 'done', 'failed', 'client-left'] as const;
const OUTCOMES = ['HIT', 'STALE', 'REVALIDATED', 'MISS', 'BYPASS', 'ERROR'] as const satisfies readonly Outcome[];
const STAGES = ['client-request', 'origin-request', 'origin-response', 'client-response'] as const;
const STEPS_MAX = 500;
const VALUES_MAX = 100;

/** What was read of it. */
export interface OwnRead {
  id: number | undefined;
  startedAtMs: number | undefined;
  start: Partial<ExchangeStart>;
  record: Partial<ExchangeRecord>;
  requestBody: Uint8Array | undefined;
  responseBody: Uint8Array | undefined;
  isPlain: boolean;
  dropped: ReadonlySet<string>;
  messages: OwnMessages | undefined;
}

function certificateOf(value: unknown): CertificateFacts | undefined {
  if (!isObject(value)) return undefined;
  return {
    subject: textOf(value['subject'], 2000) ?? '',
    issuer: textOf(value['issuer'], 2000) ?? '',
    validFromMs: numberOf(value['validFromMs']) ?? 0,
    validToMs: numberOf(value['validToMs']) ?? 0,
    san: listOf(value['san'])
      .slice(0, 1000)
      .flatMap((name) => textOf(name, 300) ?? []),
    fingerprint256: textOf(value['fingerprint256'], 100) ?? '',
  };
}

function tlsOf(value: unknown): TlsFacts | undefined {
  if (!isObject(value)) return undefined;
  return known({
    version: textOf(value['version'], 40) ?? '',
    cipher: textOf(value['cipher'], 100) ?? '',
    alpn: textOf(value['alpn'], 40),
    sni: textOf(value['sni'], 300),
    reused: value['reused'] === true,
    certificate: certificateOf(value['certificate']),
    accepted: textOf(value['accepted'], 100),
    refused: textOf(value['refused'], 100),
    ownCertificate: textOf(value['ownCertificate'], 2000),
  });
}

function inputsOf(value: unknown): Record<string, TraceInput> {
  const out: Record<string, TraceInput> = {};
  for (const [name, input] of Object.entries(objectOf(value)).slice(0, VALUES_MAX))
    if (input === null || ['string', 'number', 'boolean'].includes(typeof input)) out[name] = input as TraceInput;
  return out;
}

function stepOf(value: unknown): TraceStep | undefined {
  const { code, phase, result, inputs, spec } = objectOf(value);
  const named = textOf(code, 80);
  const of = oneOf(phase, ['request', 'response', 'store', 'upstream']);
  const came = oneOf(result, ['pass', 'stop', 'note']);
  if (named === undefined || of === undefined || came === undefined) return undefined;
  return { code: named, phase: of, result: came, inputs: inputsOf(inputs), ...known({ spec: textOf(spec, 80) }) };
}

function factsOf(value: unknown): Record<string, string | number> {
  const out: Record<string, string | number> = {};
  for (const [name, fact] of Object.entries(objectOf(value)).slice(0, VALUES_MAX))
    if (typeof fact === 'string' || typeof fact === 'number') out[name] = fact;
  return out;
}

function differenceOf(value: unknown): Neighbour['difference'] | undefined {
  const raw = objectOf(value);
  const text = (name: string): string => textOf(raw[name]) ?? '';
  const textOrNull = (name: string): string | null => textOf(raw[name]) ?? null;
  const stored = textOrNull('stored');
  const sent = textOrNull('sent');
  const kind = raw['kind'];
  switch (kind) {
    case 'vary':
      return { kind, field: text('field'), stored, sent, ...known({ also: textOf(raw['also']) }) };
    case 'query':
      return { kind, parameter: text('parameter'), stored, sent };
    case 'method':
    case 'path':
    case 'scheme':
    case 'port':
      return { kind, stored: stored ?? '', sent: sent ?? '' };
    case 'expired':
      return { kind, secondsAgo: numberOf(raw['secondsAgo']) ?? 0 };
    case 'removed': {
      const why = oneOf(raw['why'], ['capacity', 'expired', 'invalidated', 'replaced', 'user']);
      if (why === undefined) return undefined;
      return { kind, atMs: numberOf(raw['atMs']) ?? 0, why, ...known({ by: textOf(raw['by']) }) };
    }
    default:
      return undefined;
  }
}

function neighbourOf(value: unknown): Neighbour<number> | undefined {
  const { difference, url, entryId } = objectOf(value);
  const differs = differenceOf(difference);
  const at = textOf(url);
  return differs === undefined || at === undefined
    ? undefined
    : { difference: differs, url: at, ...known({ entryId: countOf(entryId) }) };
}

/** A flat list of names and values. */
function flatFields(value: unknown): string[] | undefined {
  const list = listOf(value).slice(0, 2000);
  return list.length % 2 === 0 && list.every((text) => typeof text === 'string') ? list : undefined;
}

function headOf(value: unknown): StageHead<readonly string[]> {
  const raw = objectOf(value);
  return known({
    method: textOf(raw['method'], 64),
    url: textOf(raw['url']),
    keyUrl: textOf(raw['keyUrl']),
    host: textOf(raw['host'], 300),
    status: countOf(raw['status'], 999),
    statusText: textOf(raw['statusText'], 1024),
    fields: flatFields(raw['fields']) ?? [],
  });
}

function changeOf(value: unknown): StageChange<readonly string[]> | undefined {
  const raw = objectOf(value);
  const stage = oneOf(raw['stage'], STAGES);
  const did = oneOf(raw['did'], ['changed', 'answered']);
  if (stage === undefined || did === undefined) return undefined;
  return {
    stage,
    did,
    received: headOf(raw['received']),
    sent: headOf(raw['sent']),
    ...known({ by: textOf(raw['by'], 1000), cacheKey: textOf(raw['cacheKey'], 64) }),
  };
}

function connectionOf(value: unknown): ExchangeRecord['connection'] {
  if (!isObject(value)) return undefined;
  return known({
    address: textOf(value['address'], 300) ?? '',
    reused: value['reused'] === true,
    dnsMs: numberOf(value['dnsMs'], 0),
    connectMs: numberOf(value['connectMs'], 0),
    tlsMs: numberOf(value['tlsMs'], 0),
    tls: tlsOf(value['tls']),
    via: textOf(value['via'], 300),
  });
}

function timingOf(value: unknown): ExchangeRecord['timing'] {
  const raw = objectOf(value);
  return known({
    decidedMs: numberOf(raw['decidedMs'], 0),
    dispatchedMs: numberOf(raw['dispatchedMs'], 0),
    upstreamHeadMs: numberOf(raw['upstreamHeadMs'], 0),
    replyStartMs: numberOf(raw['replyStartMs'], 0),
  });
}

function startOf(raw: Json): Partial<ExchangeStart> {
  const client = textOf(raw['client'], 100);
  const program = objectOf(raw['program']);
  const name = textOf(program['name'], 200);
  const pid = countOf(program['pid']);
  return known({
    kind: oneOf(raw['kind'], KINDS),
    host: textOf(raw['host'], 300),
    path: textOf(raw['path']),
    requestTarget: textOf(raw['requestTarget']),
    protocol: textOf(raw['protocol'], 40),
    client,
    cacheKey: textOf(raw['cacheKey'], 64),
    parentId: countOf(raw['parentId']),
    clientTls: tlsOf(raw['clientTls']),
    peer:
      name === undefined || pid === undefined
        ? undefined
        : { address: client ?? '', port: 0, pending: false, program: { name, pid } },
  });
}

const isError = (value: unknown): value is ProxyErrorCode =>
  typeof value === 'string' && Object.hasOwn(PROXY_ERRORS, value);

function recordOf(raw: Json): Partial<ExchangeRecord> {
  const reason = textOf(raw['reason'], 80);
  return known({
    username: textOf(raw['username'], 1000),
    state: oneOf(raw['state'], STATES),
    cacheStatus: oneOf(raw['cacheStatus'], ['HIT', 'MISS', 'BYPASS']),
    outcome: oneOf(raw['outcome'], OUTCOMES),
    reason: reason !== undefined && isReasonCode(reason) ? reason : undefined,
    requestBytes: countOf(raw['requestBytes']),
    responseBytes: countOf(raw['responseBytes']),
    timing: timingOf(raw['timing']),
    error: isError(raw['error']) ? raw['error'] : undefined,
    errorText: textOf(raw['errorText']),
    collapsed: raw['collapsed'] === true,
    upstreamStatus: countOf(raw['upstreamStatus'], 999),
    upstreamFields: raw['upstreamFields'] === undefined ? undefined : flatFields(raw['upstreamFields']),
    bytesSent: countOf(raw['bytesSent']),
    bytesReceived: countOf(raw['bytesReceived']),
    trace: listOf(raw['trace'])
      .slice(0, STEPS_MAX)
      .flatMap((step) => stepOf(step) ?? []),
    facts: factsOf(raw['facts']),
    neighbour: neighbourOf(raw['neighbour']),
    cacheStatusHeader: textOf(raw['cacheStatusHeader'], 4096),
    ageSeconds: numberOf(raw['ageSeconds']),
    ttlSeconds: numberOf(raw['ttlSeconds']),
    entryId: countOf(raw['entryId']),
    childIds: Array.isArray(raw['childIds'])
      ? listOf(raw['childIds'])
          .slice(0, 1000)
          .flatMap((id) => countOf(id) ?? [])
      : undefined,
    changed: Array.isArray(raw['changed'])
      ? listOf(raw['changed'])
          .slice(0, 100)
          .flatMap((change) => changeOf(change) ?? [])
      : undefined,
  });
}

function labelsOf(value: unknown): ExchangeRecord['labels'] {
  if (!isObject(value)) return undefined;
  return known({
    operation: textOf(value['operation'], 300),
    note: textOf(value['note'], NOTE_MAX),
    color: oneOf(value['color'], ROW_COLORS),
  });
}

function messagesOf(value: unknown): OwnMessages | undefined {
  if (!isObject(value)) return undefined;
  const problems = objectOf(value['problems']);
  return {
    seen: countOf(value['seen']) ?? 0,
    dropped: countOf(value['dropped']) ?? 0,
    problems: known({ up: textOf(problems['up'], 1000), down: textOf(problems['down'], 1000) }),
    rows: listOf(value['rows']).map((item) => {
      const raw = objectOf(item);
      const close = objectOf(raw['close']);
      const code = countOf(close['code'], 65_535);
      return {
        n: countOf(raw['n']) ?? 0,
        wireBytes: countOf(raw['wireBytes']) ?? 0,
        frames: countOf(raw['frames']) ?? 1,
        ...known({
          bytes: countOf(raw['bytes']),
          compressed: raw['compressed'] === true ? (true as const) : undefined,
          note: oneOf(raw['note'], ['truncated', 'dropped', 'not-decoded', 'incomplete']),
          close: code === undefined ? undefined : { code, reason: textOf(close['reason'], 200) ?? '' },
        }),
      };
    }),
  };
}

const bytesOf = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;

/** Undefined when the entry is somebody else's, or of a form that is not known here. */
export function ownPartOf(value: unknown): OwnRead | undefined {
  if (!isObject(value) || value['version'] !== 1) return undefined;
  const record = objectOf(value['record']);
  const connection = connectionOf(record['connection']);
  const durationMs = numberOf(record['durationMs'], 0);
  return {
    id: countOf(record['id']),
    startedAtMs: numberOf(record['startedAtMs'], 0, 8.64e15),
    start: startOf(objectOf(value['start'])),
    // What it does not say did not happen, whatever the standard part makes of it.
    record: { ...recordOf(record), connection, durationMs, labels: labelsOf(record['labels']) },
    requestBody: bytesOf(value['requestBody']),
    responseBody: bytesOf(value['responseBody']),
    isPlain: value['blanked'] === true,
    dropped: new Set(listOf(value['dropped']).flatMap((side) => textOf(side, 20) ?? [])),
    messages: messagesOf(value['messages']),
  };
}

/** What was read of the standard part, put right by it. */
export function applyOwn(own: OwnRead, read: Pick<ReadExchange, 'record' | 'bodies' | 'messages'>): ReadExchange {
  const { record, bodies } = read;
  const sent = (bytes: Uint8Array): ReadBody => ({ bytes, isPlain: false, isCut: false, dropped: false });
  const gone: ReadBody = { bytes: new Uint8Array(), isPlain: false, isCut: false, dropped: true };
  const side = (name: 'request' | 'response', beside: Uint8Array | undefined): ReadBody | undefined => {
    const body = bodies[name];
    if (own.dropped.has(name)) return gone;
    return beside === undefined ? body && { ...body, isPlain: own.isPlain } : sent(beside);
  };
  const { outcome: _, error: __, errorText: ___, ...rest } = record;
  return {
    ...read,
    record: { ...rest, outcome: undefined, error: undefined, errorText: undefined, ...own.record },
    bodies: known({ request: side('request', own.requestBody), response: side('response', own.responseBody) }),
    ownId: own.id,
  };
}
