/** Requests and responses as browsers, programs and careless origins write them. */
import type { FieldList } from '../../../../http/fields.ts';
import type { Chance } from './chance.ts';
import { valueOf, type Answered, type Asked } from './fields.ts';

const ORIGIN = 'http://a.test';
export const URLS = ['/a', '/a?x=1', '/a?x=2', '/b', '/b/'].map((path) => ORIGIN + path);

const REQUEST_CONTROL = [
  'no-cache',
  'max-age=0',
  'no-store',
  'only-if-cached',
  'max-age=5',
  'max-age=30',
  'max-age=3600',
  'min-fresh=5',
  'min-fresh=100',
  'max-stale',
  'max-stale=10',
  'max-stale=3600',
  'stale-if-error=30',
  'max-age=5, max-stale=100',
  'max-age=x',
  'min-fresh=-1',
  'max-stale=soon',
  'max-age=10, max-age=0',
  'only-if-cached, max-stale=60',
  'no-cache, only-if-cached',
  'no-transform',
];

const date = (ms: number): string => new Date(ms).toUTCString();

/** A request; `etags` and `dates` are validators that were seen. */
export function randomRequest(
  chance: Chance,
  n: number,
  nowMs: number,
  seen: { etags: string[]; dates: string[] },
): Asked {
  const method = chance.weighed([
    [82, 'GET'],
    [8, 'HEAD'],
    [4, 'POST'],
    [2, 'PUT'],
    [2, 'DELETE'],
    [1, 'OPTIONS'],
    [1, 'PATCH'],
  ]);
  const fields: string[] = [];
  const add = (probability: number, name: string, values: readonly string[]): void => {
    if (values.length > 0 && chance.is(probability)) fields.push(name, chance.one(values));
  };
  add(0.25, 'Cache-Control', REQUEST_CONTROL);
  add(0.03, 'Pragma', ['no-cache', 'no-cache, x', 'x']);
  add(0.05, 'Authorization', ['Basic YTpi']);
  add(0.03, 'Cookie', ['s=1']);
  add(0.3, 'Accept-Language', ['de', 'en', 'en, de;q=0.5', 'en,de;q=0.5', 'DE']);
  add(0.2, 'X-Kind', ['one', 'two']);
  const etags = [...seen.etags, '"other"', '*', ...seen.etags.map((etag) => `"zz", ${etag}`)];
  add(0.08, 'If-None-Match', etags);
  add(0.05, 'If-Modified-Since', [...seen.dates, date(nowMs), date(nowMs - 86_400_000), 'yesterday']);
  if (method === 'GET' && chance.is(0.08)) {
    fields.push(
      'Range',
      chance.one([
        'bytes=0-4',
        'bytes=5-9',
        'bytes=2-',
        'bytes=-3',
        'bytes=500-',
        'bytes=0-1,4-5',
        'lines=1-2',
        'bytes=0-0',
      ]),
    );
    add(0.3, 'If-Range', [...seen.etags, ...seen.dates, '"other"']);
  }
  add(0.01, 'If-Match', ['"v"', '*']);
  add(0.01, 'If-Unmodified-Since', [date(nowMs)]);
  const content = (method === 'GET' && chance.is(0.01)) || method === 'POST' || method === 'PUT' ? 'q=1' : undefined;
  return { n, method, url: chance.one(URLS), fields, ...(content !== undefined && { content }) };
}

const LIFETIMES = ['0', '1', '5', '10', '60', '600', '7200', '99999999999'];
const BAD = ['x', '-5', '1.5', '60;public', '', ' 60', '"30"'];

/** A Cache-Control of a response. */
function randomControl(chance: Chance): string {
  const parts: string[] = [];
  const seconds = (): string => (chance.is(0.06) ? chance.one(BAD) : chance.one(LIFETIMES));
  if (chance.is(0.8)) parts.push(`max-age=${seconds()}`);
  if (chance.is(0.05)) parts.push(`max-age=${seconds()}`);
  if (chance.is(0.12)) parts.push(`s-maxage=${seconds()}`);
  for (const [often, name] of [
    [0.06, 'no-cache'],
    [0.04, 'no-store'],
    [0.04, 'private'],
    [0.12, 'public'],
    [0.1, 'must-revalidate'],
    [0.04, 'proxy-revalidate'],
    [0.04, 'must-understand'],
    [0.03, 'immutable'],
    [0.02, 'no-cache="X-Own"'],
    [0.02, 'private="X-Own, Set-Cookie"'],
  ] as const)
    if (chance.is(often)) parts.push(name);
  if (chance.is(0.15)) parts.push(`stale-while-revalidate=${chance.one(['5', '30', '600', 'x'])}`);
  if (chance.is(0.15)) parts.push(`stale-if-error=${chance.one(['5', '30', '600', 'x'])}`);
  return parts.join(chance.is(0.1) ? ',' : ', ');
}

/** What a URL's responses have in common. */
export function randomTemplate(chance: Chance, nowMs: number): Answered & { content: string } {
  const fields: string[] = [];
  if (chance.is(0.85)) fields.push('Cache-Control', randomControl(chance));
  if (chance.is(0.02)) fields.push('Cache-Control', randomControl(chance));
  if (chance.is(0.15))
    fields.push('Expires', chance.one([...[-60, 0, 10, 60, 7200].map((s) => date(nowMs + s * 1000)), '0', '-1']));
  if (chance.is(0.55)) fields.push('ETag', chance.one(['"v1"', '"v2"', 'W/"v1"', 'W/"v2"']));
  if (chance.is(0.45))
    fields.push(
      'Last-Modified',
      chance.one([...[10, 100, 86_400, 8_640_000, 94_608_000, -60].map((s) => date(nowMs - s * 1000)), 'long ago']),
    );
  if (chance.is(0.25)) fields.push('Vary', chance.one(['Accept-Language', 'X-Kind', 'X-Kind, Accept-Language', '*']));
  if (chance.is(0.05)) fields.push('Set-Cookie', 's=2');
  if (chance.is(0.05)) fields.push('X-Own', '1');
  if (chance.is(0.04)) fields.push('Pragma', 'no-cache');
  if (chance.is(0.08)) fields.push('CDN-Cache-Control', randomControl(chance));
  if (chance.is(0.02)) fields.push('Content-Type', 'text/event-stream');
  const status = chance.weighed([
    [84, 200],
    [4, 404],
    [2, 301],
    [2, 302],
    [1, 410],
    [1, 203],
    [1, 204],
    [1, 403],
    [1, 299],
    [1, 500],
    [1, 429],
    [1, 599],
  ]);
  return { status, fields, content: chance.one(['0123456789', 'abcdefghij', 'x'.repeat(60), '', 'y'.repeat(150)]) };
}

/** When it was made, and how old it is by what stands before the origin. */
export function dated(chance: Chance, fields: FieldList, nowMs: number): string[] {
  const out = [...fields];
  if (chance.is(0.6)) {
    const skew = chance.weighed([
      [80, 0],
      [4, -5],
      [4, -65],
      [2, -3700],
      [4, 5],
      [2, 3600],
    ]);
    out.push('Date', date(nowMs + skew * 1000));
  } else if (chance.is(0.03)) out.push('Date', 'today');
  if (chance.is(0.12))
    out.push('Age', chance.one(['0', '3', '10', '59', '60', '4000', 'x', '-1', '7, 9', '99999999999']));
  return out;
}

/** A 206 for a request with Range, or not quite. */
export function randomPart(
  chance: Chance,
  request: FieldList,
  whole: Answered & { content: string },
): (Answered & { content: string }) | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(valueOf(request, 'range') ?? '');
  const { content, fields } = whole;
  if (match === null || whole.status !== 200) return undefined;
  const first = Number(match[1]);
  const last = Math.min(match[2] === '' ? content.length - 1 : Number(match[2]), content.length - 1);
  if (first > last)
    return { status: 416, fields: [...fields, 'Content-Range', `bytes */${content.length}`], content: '' };
  const range = chance.weighed([
    [90, `bytes ${first}-${last}/${content.length}`],
    [4, `bytes ${first}-${last}/*`],
    [3, `bytes ${last}-${first}/${content.length}`],
    [3, 'lines 1-2/3'],
  ]);
  const part = content.slice(first, last + 1);
  return { status: 206, fields: [...fields, 'Content-Range', range], content: chance.is(0.05) ? part.slice(1) : part };
}
