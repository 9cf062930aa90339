/**
 * Twelve real exchanges, one for each of the decisions people ask about most: the reason, the sentence the window
 * shows, and that the trace names its clause. `BSDM_SHOW=1` prints sentence and trace of each.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { explainReason } from '../../contract/explain/explain.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { ask } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let clock: MovableClock;
let down = false;

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  if (down) {
    request.socket.destroy();
    return;
  }
  const [path] = (request.url ?? '').split('?');
  const fields: Record<string, string> = { ETag: '"v1"', 'Cache-Control': 'max-age=60' };
  if (path === '/swr') fields['Cache-Control'] = 'max-age=10, stale-while-revalidate=30';
  if (path === '/sie') fields['Cache-Control'] = 'max-age=10, stale-if-error=300';
  if (path === '/lang') fields['Vary'] = 'Accept-Language';
  if (path === '/private') fields['Cache-Control'] = 'private, max-age=60';
  if (path === '/no-validator') delete fields['ETag'];
  if (request.headers['if-none-match'] === '"v1"') {
    response.writeHead(304, fields);
    response.end();
    return;
  }
  response.writeHead(200, fields);
  response.end(path === '/large' ? 'x'.repeat(5000) : `this is ${path}`);
}

beforeEach(async () => {
  down = false;
  clock = new MovableClock();
  origin = await openOrigin(answer);
  running = await startCore({}, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

type Step =
  | { get: string; headers?: Record<string, string> }
  | { wait: number }
  | { origin: 'down' }
  | { setting: Parameters<RunningCore['settings']['update']>[0] };

const CASES: [reason: ReasonCode, sentence: RegExp, steps: Step[]][] = [
  ['fresh', /^HIT: .*fresh/, [{ get: '/a' }, { get: '/a' }]],
  ['revalidated', /^REVALIDATED: /, [{ get: '/a' }, { wait: 61 }, { get: '/a' }]],
  ['stale-while-revalidate', /^STALE: /, [{ get: '/swr' }, { wait: 15 }, { get: '/swr' }]],
  ['stale-if-error', /^STALE: /, [{ get: '/sie' }, { wait: 15 }, { origin: 'down' }, { get: '/sie' }]],
  [
    'vary-mismatch',
    /^MISS: the stored response was for accept-language: de; you sent en/i,
    [
      { get: '/lang', headers: { 'Accept-Language': 'de' } },
      { get: '/lang', headers: { 'Accept-Language': 'en' } },
    ],
  ],
  ['expired', /^MISS: .*(expired|stale)/, [{ get: '/no-validator' }, { wait: 72 }, { get: '/no-validator' }]],
  [
    'evicted-capacity',
    /^MISS: .*room/,
    [{ setting: { cacheCapacity: 1 } }, { get: '/a' }, { get: '/b' }, { get: '/a' }],
  ],
  ['request-no-store', /^BYPASS: .*no-store/, [{ get: '/a', headers: { 'Cache-Control': 'no-store' } }]],
  ['response-private', /^MISS: not stored.*private/, [{ get: '/private' }]],
  ['authorization', /^MISS: not stored.*Authorization/i, [{ get: '/a', headers: { Authorization: 'Basic dTpw' } }]],
  [
    'body-over-limit',
    /^MISS: not stored.*(limit|larger|most)/,
    [{ setting: { maxCacheBodySize: 1000 } }, { get: '/large' }],
  ],
  ['uri-miss', /^MISS: .*utm/, [{ get: '/a?id=1&utm=x' }, { get: '/a?id=1&utm=y' }]],
];

it.each(CASES)('%s', async (reason, sentence, steps) => {
  let asked = '';
  let count = 0;
  for (const step of steps) {
    if ('wait' in step) clock.advance(step.wait);
    else if ('origin' in step) down = true;
    else if ('setting' in step) running.settings.update(step.setting);
    else {
      asked = step.get;
      count++;
      await ask(running.port, origin.url + step.get, { ...(step.headers && { headers: step.headers }) });
    }
  }
  await running.finished(count);
  const { rows } = await running.core.handlers['exchange.list']({ text: asked });
  const row = rows.filter((item) => item.parentId === undefined).at(-1)!;
  const detail: ExchangeDetail = await running.core.handlers['exchange.get']({ id: row.id });
  const text = explainReason('en', reason, detail.facts, detail.neighbour);
  if (process.env['BSDM_SHOW'])
    process.stdout.write(
      `${reason}\n  ${text}\n  ${explainReason('ru', reason, detail.facts, detail.neighbour)}\n  ${JSON.stringify(detail.trace)}\n`,
    );
  expect(row.reason).toBe(reason);
  expect(text).toMatch(sentence);
  expect(detail.trace.some((step) => step.result === 'stop' && step.spec !== undefined)).toBe(true);
  expect(JSON.stringify([text, detail.trace])).not.toMatch(/undefined|NaN|\[object/);
});

const ANSWERED_HERE: [what: string, url: () => string, headers: Record<string, string>, outcome: string][] = [
  ['a loop', () => `http://127.0.0.1:${running.port}/round`, {}, 'ERROR'],
  ['only-if-cached', () => `${origin.url}/round`, { 'Cache-Control': 'only-if-cached' }, 'MISS'],
  ['a malformed target', () => 'http://user:pw@x.test/round', {}, 'BYPASS'],
];

it.each(ANSWERED_HERE)('row and sentence name the same outcome: %s', async (_what, url, headers, outcome) => {
  await ask(running.port, url(), { headers });
  await running.finished(1);
  const { rows } = await running.core.handlers['exchange.list']({ text: 'round' });
  const { row, facts, neighbour } = await running.core.handlers['exchange.get']({ id: rows[0]!.id });
  expect(row.outcome).toBe(outcome);
  for (const language of ['en', 'ru'] as const)
    expect(explainReason(language, row.reason!, facts, neighbour, row.outcome)).toMatch(new RegExp(`^${outcome}: `));
});
