/** Every action at every place it may stand, over real sockets: what the client gets, what the origin is asked, what is stored. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StageName } from '../contract/exchange.ts';
import {
  ACTION_STAGES,
  PRESET_STAGES,
  RULE_STAGES,
  type Rule,
  type RuleAction,
  type RuleActionKind,
  type RulePreset,
} from '../contract/rules/rule.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import {
  askOver,
  openWayOrigin,
  WAY_AUTHORITY,
  WAYS,
  type Way,
  type WayOrigin,
  type WayReply,
} from '../testkit/ways.ts';
import type { TlsScript } from '../testkit/tls-origin.ts';
import { Breakpoints } from './breakpoints.ts';
import { RuleEngine } from './rule-engine.ts';

/** How clients ask, and what origins speak. */
let way: Way = 'http';
let ca = '';
let origin: WayOrigin;
let other: WayOrigin;
let core: RunningCore;
let engine: RuleEngine;
let folder: string;
let breakpoints: Breakpoints;
let onHeld: (id: number) => void;
const waits: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bsdm-rules-'));
  await writeFile(path.join(folder, 'x'), 'from a file');
  await writeFile(path.join(folder, 'origin.pem'), WAY_AUTHORITY.cert);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  origin = await openWayOrigin(
    way,
    says('origin a', { 'Cache-Control': 'max-age=60', 'X-Origin': 'a', 'Set-Cookie': 'a=1' }),
  );
  other = await openWayOrigin(way, says('origin b', { 'Cache-Control': 'max-age=60' }));
  engine = new RuleEngine({
    now: () => performance.now(),
    wait: (ms, then) => {
      waits.push(ms);
      setImmediate(then);
    },
    random: () => 0.5,
    hold: (at) => breakpoints.hold(at),
  });
  breakpoints = new Breakpoints({
    now: () => performance.now(),
    wallOffsetMs: () => 0,
    limitMs: () => 60_000,
    contentBytes: () => 1024,
    // Its changes are told at once, its limit is never reached.
    after: (ms, then) => {
      if (ms < 60_000) setImmediate(then);
      return () => undefined;
    },
    onChange: ({ held: [first] }) => first !== undefined && onHeld(first.id),
  });
  core = await startCore(
    { throttleProfiles: 'quick=1/0/0', intercept: 'all', upstreamCa: path.join(folder, 'origin.pem') },
    undefined,
    undefined,
    () => engine.stages,
  );
  ca = way === 'http' ? '' : (await core.core.handlers['ca.make']({})).ca!.pem;
});
afterEach(async () => {
  await core.stop();
  await origin.close();
  await other.close();
});

/** A script that always says the same; of known length, so that what a client leaves is fetched to its end. */
function says(text: string, fields: Record<string, string>): TlsScript {
  return (_, response) => {
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    response.setHeader('Content-Length', text.length);
    response.end(text);
  };
}

const NO_FIELDS: WayReply['fields'] = {};
const rule = (where: StageName, ...then: RuleAction[]): Rule => ({
  id: 'r',
  name: 'R',
  enabled: true,
  when: '',
  where,
  then,
});
const use = (...rules: Rule[]): void => engine.use({ groups: [], rules });
const get = (fields: Record<string, string> = {}) =>
  askOver(way, core.port, ca, `${origin.url}/x`, { headers: fields }).then(
    ({ status, fields: got, body }) => ({ status, fields: got, body: body.toString(), cache: got['x-cache-status'] }),
    (error: unknown) => ({ status: 0, fields: NO_FIELDS, body: String(error), cache: undefined }),
  );

/** What one action comes to at one place: asked twice, the second time with the rule gone. */
type Expected = (where: StageName) => Promise<void>;
const ACTIONS: Readonly<Record<RuleActionKind, Expected>> = {
  'set-field': async (where) => {
    use(rule(where, { do: 'set-field', name: 'X-Origin', value: 'rule' }));
    const first = await get();
    use();
    const second = await get();
    const sent = origin.last()['x-origin'];
    expect([first.cache, second.cache]).toEqual(['MISS', 'HIT']);
    expect(sent === 'rule').toBe(where.endsWith('-request'));
    expect(first.fields['x-origin']).toBe(where.endsWith('-response') ? 'rule' : 'a');
    // Stored as edited on the side of the origin; on the side of the client it is this client's only.
    expect(second.fields['x-origin']).toBe(where === 'origin-response' ? 'rule' : 'a');
  },
  'add-field': async (where) => {
    use(rule(where, { do: 'add-field', name: 'X-Origin', value: 'more' }));
    const { fields } = await get();
    expect(fields['x-origin']).toBe(where.endsWith('-response') ? 'a, more' : 'a');
    expect(origin.last()['x-origin'] === 'more').toBe(where.endsWith('-request'));
  },
  'remove-field': async (where) => {
    use(rule(where, { do: 'remove-field', name: where.endsWith('-response') ? 'X-Origin' : 'X-Asked' }));
    const { fields } = await get({ 'X-Asked': '1' });
    expect(fields['x-origin']).toBe(where.endsWith('-response') ? undefined : 'a');
    expect(origin.last()['x-asked'] !== undefined).toBe(where.endsWith('-response'));
  },
  'replace-in-field': async (where) => {
    const name = where.endsWith('-response') ? 'X-Origin' : 'X-Asked';
    use(rule(where, { do: 'replace-in-field', name, pattern: '*', with: '<$1>' }));
    const { fields } = await get({ 'X-Asked': '1' });
    expect(fields['x-origin']).toBe(where.endsWith('-response') ? '<a>' : 'a');
    expect(origin.last()['x-asked']).toBe(where.endsWith('-response') ? '1' : '<1>');
  },
  preset: async (where) => {
    use(rule(where, { do: 'preset', preset: 'strip-cookies' }));
    const { fields } = await get({ Cookie: 'c=1' });
    expect(fields['set-cookie'] === undefined).toBe(where.endsWith('-response'));
    expect(origin.last()['cookie'] === 'c=1').toBe(where.endsWith('-response'));
  },
  'set-method': async (where) => {
    use(rule(where, { do: 'set-method', method: 'OPTIONS' }));
    await get();
    expect(origin.requests()).toEqual(['OPTIONS /x']);
  },
  'set-status': async (where) => {
    use(rule(where, { do: 'set-status', status: 203 }));
    const first = await get();
    use();
    const second = await get();
    expect([first.status, first.cache, second.status, second.cache]).toEqual([
      203,
      'MISS',
      where === 'origin-response' ? 203 : 200,
      'HIT',
    ]);
  },
  'map-remote': async (where) => {
    use(rule(where, { do: 'map-remote', from: `${origin.url}/*`, to: `${other.url}/moved/$1` }));
    const first = await get();
    use();
    const second = await get();
    expect([first.body, other.requests()]).toEqual(['origin b', ['GET /moved/x']]);
    // Before the cache it is another URL; behind it the answer is kept under the one asked for.
    expect([second.body, second.cache]).toEqual(
      where === 'client-request' ? ['origin a', 'MISS'] : ['origin b', 'HIT'],
    );
  },
  'map-local': async (where) => {
    use(rule(where, { do: 'map-local', path: folder, from: '*://*/*' }));
    const first = await get();
    expect([first.status, first.body]).toEqual([200, 'from a file']);
    expect(first.fields['etag']).toMatch(/^"/);
    expect(origin.requests()).toHaveLength(where.endsWith('-request') ? 0 : 1);
    if (where.startsWith('origin-')) return;
    const part = await get({ Range: 'bytes=5-' });
    expect([part.status, part.body, part.fields['content-range']]).toEqual([206, 'a file', 'bytes 5-10/11']);
    const same = await get({ 'If-None-Match': String(first.fields['etag']) });
    expect(same.status).toBe(304);
  },
  mock: async (where) => {
    const mock: RuleAction = {
      do: 'mock',
      status: 200,
      fields: [['Cache-Control', 'max-age=30']],
      body: { text: '{{method}} {{path}} {{header.X-Asked}}' },
    };
    use(rule(where, mock));
    const first = await get({ 'X-Asked': 'you' });
    use();
    const second = await get();
    expect(first.body).toBe('GET /x you');
    expect(origin.requests().length).toBe(where === 'origin-request' ? 0 : 1);
    // On the side of the origin it is stored like any answer.
    expect([second.body, second.cache]).toEqual(
      where === 'origin-request' || where === 'origin-response'
        ? ['GET /x you', 'HIT']
        : ['origin a', where === 'client-request' ? 'MISS' : 'HIT'],
    );
  },
  redirect: async (where) => {
    use(rule(where, { do: 'redirect', status: 307, from: '*://*/*', to: 'http://elsewhere.test/$3' }));
    const { status, fields } = await get();
    expect([status, fields['location']]).toEqual([307, 'http://elsewhere.test/x']);
  },
  abort: async (where) => {
    use(rule(where, { do: 'abort' }));
    const { status } = await get();
    expect(status).toBe(0);
    expect(origin.requests()).toHaveLength(where.endsWith('-request') ? 0 : 1);
  },
  breakpoint: async (where) => {
    use(rule(where, { do: 'breakpoint' }));
    const ids: number[] = [];
    onHeld = (id) => {
      if (ids.push(id) === 1) void breakpoints.handlers['held.resume']({ id });
    };
    const { status, cache } = await get();
    expect([status, cache, ids[0]]).toEqual([200, 'MISS', 1]);
  },
  delay: async (where) => {
    waits.length = 0;
    use(rule(where, { do: 'delay', ms: 100, upToMs: 300 }));
    const { status, cache } = await get();
    expect([status, cache, waits]).toEqual([200, 'MISS', [200]]);
  },
  throttle: async (where) => {
    use({ ...rule(where, { do: 'throttle', profile: 'quick' }), name: 'slow' });
    const { status, body } = await get();
    expect([status, body]).toEqual([200, 'origin a']);
    await core.finished(1);
    const { trace, changed } = await core.detailOf('/x');
    expect(trace).toContainEqual(
      expect.objectContaining({
        code: 'throttle',
        inputs: expect.objectContaining({ profile: 'quick', by: 'slow' }) as object,
      }),
    );
    expect(changed ?? []).toEqual([]);
  },
};

describe.each(WAYS)('over %s', (over) => {
  beforeAll(() => {
    way = over;
  });
  afterAll(() => {
    way = 'http';
  });

  describe.each(RULE_STAGES)('at %s', (where) => {
    it.each((Object.keys(ACTIONS) as RuleActionKind[]).filter((kind) => ACTION_STAGES[kind].includes(where)))(
      '%s',
      async (kind) => {
        await ACTIONS[kind](where);
        await core.finished(1);
        const detail = await core.detailOf('/x');
        expect(detail.row.url).toBe(`${origin.url}/x`);
      },
    );
  });

  it('a no-store answer made cacheable on the side of the origin is a hit, and Why names the rule; on the side of the client it is none', async () => {
    await origin.close();
    origin = await openWayOrigin(way, says('x', { 'Cache-Control': 'no-store' }));
    expect([(await get()).cache, (await get()).cache]).toEqual(['MISS', 'MISS']);
    for (const [where, second] of [
      ['client-response', 'MISS'],
      ['origin-response', 'HIT'],
    ] as const) {
      use({ ...rule(where, { do: 'preset', preset: 'make-cacheable', seconds: 60 }), name: 'cacheable' });
      const answers = [await get(), await get()];
      expect(answers.map(({ cache }) => cache)).toEqual(['MISS', second]);
      expect(answers[0]!.fields['cache-control']).toBe('public, max-age=60');
    }
    await core.finished(6);
    const { rows } = await core.core.handlers['exchange.list']({ text: '/x' });
    expect(rows.map(({ cacheStatus }) => cacheStatus)).toEqual(['MISS', 'MISS', 'MISS', 'MISS', 'MISS', 'HIT']);
    const { changed, trace } = await core.core.handlers['exchange.get']({ id: rows[4]!.id });
    const inputs = expect.objectContaining({ stage: 'origin-response', by: 'cacheable', did: 'changed' }) as object;
    expect(trace).toContainEqual(expect.objectContaining({ code: 'stage', inputs }));
    const cacheControl = (fields: readonly (readonly [string, string])[] | undefined) =>
      fields?.filter(([name]) => name.toLowerCase() === 'cache-control').map(([, value]) => value);
    expect(changed?.map(({ received, sent }) => [cacheControl(received.fields), cacheControl(sent.fields)])).toEqual([
      [['no-store'], ['public, max-age=60']],
    ]);
  });
});

it('the record names the rule, with the fields before and after', async () => {
  use({ ...rule('origin-response', { do: 'set-field', name: 'Cache-Control', value: 'max-age=5' }), name: 'short' });
  await get();
  await core.finished(1);
  const { changed } = await core.detailOf('/x');
  expect(changed).toMatchObject([{ stage: 'origin-response', by: 'short', did: 'changed' }]);
  expect(changed?.[0]?.received.fields).toContainEqual(['Cache-Control', 'max-age=60']);
  expect(changed?.[0]?.sent.fields).toContainEqual(['Cache-Control', 'max-age=5']);
});

it('rules act first to last, each on what is there then; stop ends them, and groups go off as one', async () => {
  const set = (id: string, value: string, more: Partial<Rule> = {}): Rule => ({
    ...rule('client-response', { do: 'replace-in-field', name: 'X-Origin', pattern: '*', with: `$1${value}` }),
    id,
    name: id,
    ...more,
  });
  const list = [
    set('1', 'b'),
    set('2', 'c', { group: 'G' }),
    set('3', 'd', { enabled: false }),
    set('4', 'e', { stop: true }),
    set('5', 'f'),
  ];
  engine.use({ groups: [{ name: 'G', enabled: true }], rules: list });
  expect((await get()).fields['x-origin']).toBe('abce');
  engine.use({ groups: [{ name: 'G', enabled: false }], rules: list });
  expect((await get()).fields['x-origin']).toBe('abe');
  expect(engine.uses().map(({ id, matched }) => [id, matched])).toEqual([
    ['1', 2],
    ['2', 1],
    ['3', 0],
    ['4', 2],
    ['5', 0],
  ]);
  await core.finished(2);
  expect((await core.detailOf('/x')).changed?.[0]?.by).toBe('1, 4');
});

it('without a rule that is on there are no stages', () => {
  use({ ...rule('client-request', { do: 'abort' }), enabled: false });
  expect(engine.stages).toBeUndefined();
});

/** What each preset leaves of the fields that caches go by. */
const PRESET_ENDS: readonly (readonly [RulePreset, StageName, first: string, second: string])[] = [
  ['make-cacheable', 'origin-response', 'MISS public, max-age=3600', 'HIT public, max-age=3600'],
  ['make-cacheable', 'client-response', 'MISS public, max-age=3600', 'HIT public, max-age=3600'],
  ['never-store', 'origin-response', 'MISS no-store', 'MISS no-store'],
  ['never-store', 'client-response', 'MISS no-store', 'HIT no-store'],
  ['force-revalidation', 'client-request', 'MISS max-age=60', 'MISS max-age=60'],
  ['force-revalidation', 'origin-response', 'MISS no-cache', 'MISS no-cache'],
  ['force-revalidation', 'client-response', 'MISS no-cache', 'HIT no-cache'],
  ['strip-cookies', 'client-request', 'MISS max-age=60', 'HIT max-age=60'],
  ['strip-cookies', 'origin-request', 'MISS max-age=60', 'HIT max-age=60'],
  ['strip-cookies', 'origin-response', 'MISS max-age=60', 'HIT max-age=60'],
  ['strip-cookies', 'client-response', 'MISS max-age=60', 'HIT max-age=60'],
  ['allow-origin', 'origin-response', 'MISS max-age=60', 'HIT max-age=60'],
  ['allow-origin', 'client-response', 'MISS max-age=60', 'HIT max-age=60'],
];

it.each(PRESET_ENDS)('preset %s at %s', async (preset, where, first, second) => {
  use(rule(where, { do: 'preset', preset }));
  const answers = [await get(), await get()];
  expect(answers.map(({ cache, fields }) => `${String(cache)} ${String(fields['cache-control'])}`)).toEqual([
    first,
    second,
  ]);
  if (preset === 'allow-origin') expect(answers[1]!.fields['access-control-allow-origin']).toBe('*');
});

it('each preset is tried at each place where it may stand', () => {
  const tried = PRESET_ENDS.map(([preset, where]) => `${preset} ${where}`);
  const may = Object.entries(PRESET_STAGES).flatMap(([preset, places]) => places.map((where) => `${preset} ${where}`));
  expect(new Set(tried)).toEqual(new Set(may));
});
