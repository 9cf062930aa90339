/**
 * Situation by situation (`situations.txt`), over the real listener: the change that is shown, or why there is none. A change is then made at the
 * origin, and the same request is sent twice: the second one has to be a hit, at once and when a short life would be over.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExchangeFix, Fix } from '../../contract/fix/fix.ts';
import { isSettingKey } from '../../contract/setting-specs.ts';
import type { SettingKey, Settings } from '../../contract/settings.ts';
import { ask } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

type Lines = readonly (readonly [name: string, value: string])[];

interface Situation {
  method: string;
  asked: Record<string, string>;
  status: number;
  bytes: number;
  answer: Lines;
  settings: Partial<Settings>;
  /** An exchange before, and how much later this one comes, seconds. */
  before?: { asked: Record<string, string>; answer: Lines; wait: number };
  /** What is to be mended, where the answer came out of the store. */
  stored?: Lines;
  shown: string;
}

/** See the head of the file. */
function readSituations(): [title: string, situation: Situation][] {
  const parts = readFileSync(join(import.meta.dirname, 'situations.txt'), 'utf8')
    .split(/^## /m)
    .slice(1);
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n').filter((line) => line !== '');
    const at = head.indexOf(' {');
    const of = (mark: string): string[] =>
      lines.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(mark.length + 1));
    const fields = (mark: string): [string, string][] =>
      of(mark)
        .filter((line) => line.includes(':'))
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    const number = (mark: string, unit: RegExp): number | undefined => {
      const found = of(mark).find((line) => unit.test(line));
      return found === undefined ? undefined : Number.parseInt(found, 10);
    };
    const hasBefore = lines.some((line) => line.startsWith('~'));
    return [
      at < 0 ? head : head.slice(0, at),
      {
        method: of('>').find((line) => /^[A-Z]+$/.test(line)) ?? 'GET',
        asked: Object.fromEntries(fields('>')),
        status: number('<', /^\d+$/) ?? 200,
        bytes: number('<', / bytes$/) ?? 5,
        answer: fields('<'),
        settings: at < 0 ? {} : (JSON.parse(head.slice(at)) as Partial<Settings>),
        ...(hasBefore && {
          before: {
            asked: Object.fromEntries(fields('~ >')),
            answer: fields('~ <'),
            wait: number('~', / s$/) ?? 0,
          },
        }),
        ...(of('+').length > 0 && { stored: fields('+') }),
        shown: of('=')[0] ?? '',
      },
    ];
  });
}

let origin: Origin;
let running: RunningCore;
const clock = new MovableClock();
/** What the origin answers with next. */
let now: { status: number; lines: Lines; body: string } = { status: 200, lines: [], body: '' };

const dated = (lines: Lines): string[] =>
  lines.flatMap(([name, value]) => [
    name,
    value.replace(/^@(-?\d+)$/, (_, seconds: string) => new Date(clock.now() + Number(seconds) * 1000).toUTCString()),
  ]);

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  const fields = dated(now.lines);
  const etag = fields[fields.indexOf('ETag') + 1];
  const isSame = fields.includes('ETag') && request.headers['if-none-match'] === etag && now.status === 200;
  response.writeHead(isSame ? 304 : now.status, fields);
  response.end(isSame ? '' : now.body);
}

beforeAll(async () => {
  origin = await openOrigin(answer);
  running = await startCore({}, clock);
});
afterAll(async () => {
  await running.stop();
  await origin.close();
});

function change({ edits, exposes, mayStay }: Fix): string {
  const told = edits.map(({ name, value }) => (value === null ? `${name} left out` : `${name}: ${value}`)).join('; ');
  const means = exposes.map(({ code, names }) => (names === undefined ? code : `${code} ${names}`)).join(', ');
  return [told, means, mayStay.length > 0 ? `may stay: ${mayStay.join(', ')}` : ''].filter(Boolean).join(' | ');
}

function shown(fix: ExchangeFix): string {
  if (fix.kind === 'none') return fix.why === 'hit' ? 'nothing: hit' : `nothing: ${fix.why} for ${fix.seconds} s`;
  if (fix.kind === 'fix')
    return fix.fixes.map(change).join(' || ') + (fix.varied === undefined ? '' : ` | varied: ${fix.varied}`);
  const { ordinary } = fix;
  const others = ordinary === undefined ? '' : `, but for others: ${ordinary.map(change).join(' || ') || 'nothing'}`;
  return `cannot: ${fix.code}${others}`;
}

/** The answer with the change made. */
function mended(lines: Lines, { edits }: Fix): Lines {
  const names = new Set(edits.map(({ name }) => name.toLowerCase()));
  return [
    ...lines.filter(([name]) => !names.has(name.toLowerCase())),
    ...edits.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
  ];
}

const changed = new Set<SettingKey>();

it.each(readSituations())('%s', async (title, given) => {
  const { method, asked, status, before } = given;
  running.settings.update({}, [...changed]);
  changed.clear();
  for (const key of Object.keys(given.settings)) if (isSettingKey(key)) changed.add(key);
  running.settings.update(given.settings);
  const url = `${origin.url}/${title.replace(/[^a-z0-9]+/gi, '-')}`;
  const body = 'x'.repeat(given.bytes);
  const send = (headers: Record<string, string>) => ask(running.port, url, { method, headers });
  const answering = (lines: Lines, as = status): void => {
    now = { status: as, lines, body };
  };
  if (before !== undefined) {
    answering(before.answer, 200);
    await send(before.asked);
    clock.advance(before.wait);
  }
  answering(given.answer);
  await send(asked);
  const rows = (await running.core.handlers['exchange.list']({ text: url })).rows.filter(
    ({ parentId }) => parentId === undefined,
  );
  const { id } = rows.at(-1)!;
  const fix = await running.core.handlers['exchange.fix']({ id });
  expect(shown(fix)).toBe(given.shown);
  if (fix.kind !== 'fix') return;
  for (const one of fix.fixes) {
    await running.core.handlers['cache.purge']({ selector: { all: true }, dryRun: false });
    answering(mended(given.stored ?? given.answer, one), given.stored === undefined ? status : 200);
    // Where another request had stored it, that one comes first.
    await send(fix.varied === undefined && given.stored === undefined ? asked : (before?.asked ?? asked));
    expect((await send(asked)).fields['x-cache-status'], change(one)).toBe('HIT');
    clock.advance(Math.max(58, before?.wait ?? 0));
    expect((await send(asked)).fields['x-cache-status'], `${change(one)}, later`).toBe('HIT');
  }
});
