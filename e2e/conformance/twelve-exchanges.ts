/**
 * node e2e/conformance/twelve-exchanges.ts [--markdown FILE]
 * Twelve exchanges through the built core, one for each of twelve reasons: checks the reason and shows the sentence and
 * the recorded trace as the control API gives them. Responses are made old by their Age field, so nothing waits.
 */
import { writeFileSync } from 'node:fs';
import http, { type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';

interface Answer {
  status?: number;
  headers: OutgoingHttpHeaders;
  body?: string;
}

interface Story {
  reason: string;
  path: string;
  /** What the origin answers, request by request; the last one stays. */
  answers: Answer[];
  /** Requests before the one that is looked at. */
  before?: { path?: string; headers?: OutgoingHttpHeaders }[];
  headers?: OutgoingHttpHeaders;
}

const CAPACITY = 6;
const cached = (cacheControl: string, more: OutgoingHttpHeaders = {}): Answer => ({
  headers: { 'Cache-Control': cacheControl, ...more },
});

const STORIES: Story[] = [
  { reason: 'fresh', path: '/fresh', answers: [cached('max-age=600')], before: [{}] },
  {
    reason: 'revalidated',
    path: '/revalidated',
    answers: [
      cached('max-age=60', { Age: '100', ETag: '"v1"' }),
      { status: 304, headers: { ETag: '"v1"', 'Cache-Control': 'max-age=60' } },
    ],
    before: [{}],
  },
  {
    reason: 'stale-while-revalidate',
    path: '/swr',
    answers: [cached('max-age=60, stale-while-revalidate=600', { Age: '100', ETag: '"v1"' })],
    before: [{}],
  },
  {
    reason: 'stale-if-error',
    path: '/sie',
    answers: [cached('max-age=60, stale-if-error=600', { Age: '100' }), { status: 503, headers: {} }],
    before: [{}],
  },
  {
    reason: 'vary-mismatch',
    path: '/vary',
    answers: [cached('max-age=600', { Vary: 'Accept-Language' })],
    before: [{ headers: { 'Accept-Language': 'de' } }],
    headers: { 'Accept-Language': 'en' },
  },
  {
    reason: 'expired',
    path: '/expired',
    answers: [cached('max-age=60, stale-if-error=1', { Age: '100' })],
    before: [{}],
  },
  {
    reason: 'evicted-capacity',
    path: '/evicted',
    answers: [cached('max-age=600')],
    before: [{}, ...Array.from({ length: CAPACITY }, (_, i) => ({ path: `/filler-${i}` }))],
  },
  {
    reason: 'request-no-store',
    path: '/request-no-store',
    answers: [cached('max-age=600')],
    headers: { 'Cache-Control': 'no-store' },
  },
  { reason: 'response-private', path: '/private', answers: [cached('private, max-age=600')] },
  {
    reason: 'authorization',
    path: '/account',
    answers: [cached('max-age=600')],
    headers: { Authorization: 'Basic dTpw' },
  },
  {
    reason: 'body-over-limit',
    path: '/large',
    answers: [{ headers: { 'Cache-Control': 'max-age=600' }, body: 'x'.repeat(200_000) }],
  },
  {
    reason: 'uri-miss',
    path: '/list?page=2&sort=up',
    answers: [cached('max-age=600')],
    before: [{ path: '/list?page=1&sort=up' }],
  },
];

/** An origin that answers by path from the stories. */
async function openOrigin(): Promise<{ base: string; close(): void }> {
  const asked = new Map<string, number>();
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    const story = STORIES.find((item) => item.path === path);
    const count = asked.get(path) ?? 0;
    asked.set(path, count + 1);
    const answer =
      story === undefined ? cached('max-age=600') : story.answers[Math.min(count, story.answers.length - 1)]!;
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'text/plain', ...answer.headers });
    response.end(answer.status === 304 ? undefined : (answer.body ?? `answer ${count + 1} of ${path}\n`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** What the control API says of the last exchange of a URL, once it has ended. */
async function lookUp(app: HeadlessApp, url: string, lang: string): Promise<Record<string, unknown>> {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${app.control}${path}`, { headers: { authorization: `Bearer ${app.token}` } })).json();
  const list = (await ask(`/api/events?${new URLSearchParams({ q: url, limit: '5' }).toString()}`)) as {
    events: { event_id: string; protocol?: string }[];
  };
  const event = list.events.find((item) => item.protocol !== 'internal');
  if (event === undefined) throw new Error(`no event of ${url}`);
  return (await ask(`/api/events/${event.event_id}?lang=${lang}`)) as Record<string, unknown>;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { markdown: { type: 'string' } } });
  const origin = await openOrigin();
  const app = await startHeadless({ args: ['--cache-capacity', String(CAPACITY), '--max-cache-body-size', '100000'] });
  const lines = [
    '# Twelve exchanges, explained',
    '',
    'Made by `node e2e/conformance/twelve-exchanges.ts --markdown docs/twelve-exchanges.md` through the real listener of the built core.',
    '',
  ];
  let wrong = 0;
  try {
    for (const story of STORIES) {
      for (const { path, headers } of story.before ?? [])
        await getThrough(app.proxy, origin.base + (path ?? story.path), headers);
      const reply = await getThrough(app.proxy, origin.base + story.path, story.headers);
      const english = await lookUp(app, origin.base + story.path, 'en');
      const russian = await lookUp(app, origin.base + story.path, 'ru');
      const row = english['row'] as { reason?: string };
      const holds = row.reason === story.reason;
      if (!holds) wrong++;
      console.log(
        `${holds ? 'ok  ' : 'WRONG'} ${story.reason.padEnd(24)} ${reply.status} ${reply.cache ?? ''}  ${String(english['explanation'])}${holds ? '' : `  (reason ${row.reason})`}`,
      );
      const { trace, neighbour } = english;
      const steps = (trace as Record<string, unknown>[]).map((step) => JSON.stringify(step));
      lines.push(
        `## ${story.reason}`,
        '',
        `> ${String(english['explanation'])}`,
        '>',
        `> ${String(russian['explanation'])}`,
        '',
        '```json',
        ...(neighbour === undefined ? [] : [`{"neighbour": ${JSON.stringify(neighbour)}}`]),
        ...steps,
        '```',
        '',
      );
    }
  } finally {
    await app.stop();
    origin.close();
  }
  // Ports and the session of one run say nothing to a reader.
  if (values.markdown !== undefined)
    writeFileSync(
      values.markdown,
      lines
        .join('\n')
        .replaceAll(origin.base, 'http://origin.test')
        .replace(/127\.0\.0\.1:\d+/g, 'origin.test')
        .replace(/"entry_id":"[0-9a-f]+-/g, '"entry_id":"0123456789ab-'),
    );
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main();
