/** What happens while a stage makes an exchange wait: clients leave, origins break off, others join. No sockets. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { StageName } from '../../contract/exchange.ts';
import { Head } from '../../http/head.ts';
import { revalidateNow } from './revalidate.ts';
import type {
  ClientRequestChange,
  OriginRequestView,
  ResponseChange,
  ResponseView,
  StageView,
  Verdict,
} from './stages.ts';
import { openStageWorld, settled, waiting } from './testkit/stage-world.ts';

type AnyVerdict = Verdict<ClientRequestChange & ResponseChange>;

const URL_A = 'http://a.test/x';
const ASK = `GET ${URL_A}`;
const CACHED = ['Cache-Control', 'max-age=60', 'Content-Length', '4'];

function openWaiting(name: StageName) {
  const wait = waiting<StageView, AnyVerdict>();
  const key = name.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase());
  return { ...openStageWorld({ [key]: wait.stage }), wait };
}

describe.each(['client-request', 'origin-request', 'origin-response', 'client-response'] as const)(
  'while %s waits',
  (name) => {
    /** Brings the exchange to where the stage waits. */
    function begin() {
      const world = openWaiting(name);
      const reply = world.front.ask(ASK);
      if (name.endsWith('-response')) world.calls[0]!.head(200, CACHED);
      expect(world.wait.asked).toHaveLength(1);
      expect(reply.status).toBeUndefined();
      return { ...world, reply, call: world.calls[0] };
    }

    it.each([
      ['goes on', (world: ReturnType<typeof begin>) => world.wait.give(undefined)],
      [
        'answers',
        (world: ReturnType<typeof begin>) => world.wait.give({ kind: 'answer', reply: { status: 200, fields: [] } }),
      ],
      ['changes', (world: ReturnType<typeof begin>) => world.wait.give({ kind: 'change', change: { fields: [] } })],
      ['drops', (world: ReturnType<typeof begin>) => world.wait.give({ kind: 'drop' })],
      ['fails', (world: ReturnType<typeof begin>) => world.wait.fail('boom')],
    ])('a client that leaves ends its exchange, and a stage that %s later changes nothing', async (_what, answer) => {
      const world = begin();
      const { reply, call, front } = world;
      reply.leave();
      expect(world.inFlight()).toBe(0);
      if (call !== undefined) expect(call.isAborted).toBe(true);
      const before = front.trace.length;
      await answer(world);
      expect(front.trace).toHaveLength(before);
      expect(world.detail(1)).toMatchObject({
        row: { state: 'client-left', reason: 'client-left' },
        facts: { began: 'none' },
      });
      expect(world.detail(1).changed).toBeUndefined();
      expect(world.detail(1).trace.filter(({ code }) => code === 'stage')).toEqual([]);
      expect(world.held.held).toBe(0);
    });

    it('others go on', async () => {
      const world = begin();
      const other = world.front.ask('GET http://b.test/');
      const call = (): (typeof world.calls)[number] => world.calls.at(-1)!;
      if (name.endsWith('-response')) call().head(200, CACHED);
      expect(world.wait.asked).toHaveLength(2);
      await world.wait.give(undefined); // the first
      await world.wait.give(undefined);
      if (name.endsWith('-request')) for (const each of world.calls) each.head(200, CACHED);
      for (const each of world.calls) each.data('body').end();
      await settled();
      expect([world.reply.text, other.text]).toEqual(['body', 'body']);
    });
  },
);

describe('while the head of an answer waits', () => {
  it.each(['origin-response', 'client-response'] as const)(
    'at %s, an origin that breaks off gave no answer',
    async (name) => {
      const { front, calls, wait, detail, inFlight } = openWaiting(name);
      const reply = front.ask(ASK);
      calls[0]!.head(200, CACHED).data('bo').break();
      await settled();
      expect([reply.status, reply.over]).toEqual([502, 'complete']);
      await wait.fail('late');
      expect([reply.status, reply.over]).toEqual([502, 'complete']);
      expect(detail(1).row).toMatchObject({ state: 'failed', outcome: 'ERROR', error: 'connection_terminated' });
      expect(inFlight()).toBe(0);
    },
  );

  it('at origin-response, a stale entry stands in for an origin that breaks off', async () => {
    const { front, calls, wait, advance } = openWaiting('origin-response');
    front.ask(ASK);
    calls[0]!.head(200, ['Cache-Control', 'max-age=10, stale-if-error=600', 'ETag', '"v"']);
    await wait.give(undefined);
    calls[0]!.data('kept').end();
    advance(20_000);
    const reply = front.ask(ASK);
    calls[1]!.head(200, CACHED).break();
    await settled();
    expect(reply.text).toBe('kept');
    expect(reply.field('x-cache-status')).toBe('STALE');
  });

  it('at origin-response, the connection is paused, and what came before is not lost', async () => {
    const { front, calls, wait } = openWaiting('origin-response');
    const reply = front.ask(ASK);
    const call = calls[0]!.head(200, CACHED);
    expect(call.isPaused).toBe(true);
    call.data('bo');
    await wait.give({ kind: 'change', change: { status: 203 } });
    expect(call.isPaused).toBe(false);
    expect([reply.status, reply.text]).toEqual([203, 'bo']);
    call.data('dy').end();
    await settled();
    expect([reply.text, reply.over]).toEqual(['body', 'complete']);
    // It was judged as changed, and kept so.
    const again = front.ask(ASK);
    expect([again.status, again.field('x-cache-status')]).toEqual([203, 'HIT']);
  });

  it('at origin-request, the time that took is no age of the answer', async () => {
    const { front, calls, wait, advance, detail } = openWaiting('origin-request');
    front.ask(ASK);
    advance(30_000);
    await wait.give(undefined);
    calls[0]!.head(200, CACHED).data('body').end();
    expect(front.ask(ASK).field('age')).toBe('0');
    expect(detail(1).trace.find(({ code }) => code === 'stage')?.inputs).toEqual({
      stage: 'origin-request',
      did: 'passed',
      waitedMs: 30_000,
    });
  });

  it('at client-response, what comes of the origin behind a reply of its own goes nowhere', () => {
    const { front, calls, detail } = openStageWorld({
      clientResponse: () => ({ kind: 'answer', reply: { status: 200, fields: [], body: Buffer.from('own') } }),
    });
    const reply = front.ask(ASK);
    calls[0]!.head(200, CACHED).data('body').break();
    expect([reply.text, reply.over]).toEqual(['own', undefined]);
    expect(detail(1).responseBody.bytes).toBe(3);
    expect(detail(1).row.error).toBeUndefined();
  });

  it('at origin-response, an answer may be complete before the stage is', async () => {
    const { front, calls, wait } = openWaiting('origin-response');
    const reply = front.ask(ASK);
    calls[0]!.head(200, CACHED).data('body').end();
    await wait.give(undefined);
    expect([reply.text, reply.over]).toEqual(['body', 'complete']);
  });

  it('at client-response, the origin is paused after one chunk', async () => {
    const { front, calls, wait, held } = openWaiting('client-response');
    const reply = front.ask(ASK);
    const call = calls[0]!.head(200, ['Cache-Control', 'no-store']).data('one');
    expect(call.isPaused).toBe(true);
    await wait.give(undefined);
    expect(call.isPaused).toBe(false);
    call.data('two').end();
    await settled();
    expect([reply.text, reply.over, held.held]).toEqual(['onetwo', 'complete', 0]);
  });

  it('at client-response, a slow client is waited for after the stage', async () => {
    const { front, calls, wait } = openWaiting('client-response');
    const reply = front.ask(ASK);
    const call = calls[0]!.head(200, ['Cache-Control', 'no-store']).data('one');
    reply.stopReading();
    await wait.give(undefined);
    expect([reply.text, call.isPaused]).toEqual(['one', true]);
    reply.readOn();
    expect(call.isPaused).toBe(false);
  });

  it('at client-response, an answer of its own leaves what is stored as it is', async () => {
    const { front, calls, wait } = openWaiting('client-response');
    front.ask(ASK);
    calls[0]!.head(200, CACHED).data('body').end();
    await wait.give({ kind: 'answer', reply: { status: 404, fields: [], body: Buffer.from('gone') } });
    const again = front.ask(ASK);
    await wait.give({ kind: 'change', change: { status: 201 } });
    expect([again.status, again.text, again.field('x-cache-status')]).toEqual([201, 'body', 'HIT']);
    const third = front.ask(ASK);
    await wait.give({ kind: 'answer', reply: { status: 404, fields: [], body: Buffer.from('gone') } });
    expect([third.status, third.text]).toEqual([404, 'gone']);
    expect(calls).toHaveLength(1);
  });
});

describe('those who wait for one answer', () => {
  it('have their stage run once, and each record says what it did', async () => {
    const { front, calls, wait, detail } = openWaiting('origin-response');
    const both = [front.ask(ASK), front.ask(ASK)];
    const call = calls[0]!.head(200, CACHED);
    const third = front.ask(ASK); // the head waits: it can be joined
    expect(calls).toHaveLength(1);
    await wait.give({ kind: 'change', change: { fields: [...CACHED, 'X-New', '1'] } });
    call.data('body').end();
    await settled();
    expect(wait.asked).toHaveLength(1);
    for (const reply of [...both, third]) expect([reply.text, reply.field('x-new')]).toEqual(['body', '1']);
    for (const id of [1, 2, 3]) expect(detail(id).changed).toHaveLength(1);
    expect(detail(1).upstreamFields).not.toContainEqual(['X-New', '1']);
    expect(detail(2).row.collapsed).toBe(true);
  });

  it.each(['origin-request', 'origin-response'] as const)('are all dropped at %s', async (name) => {
    const { front, calls, wait, inFlight } = openWaiting(name);
    const both = [front.ask(ASK), front.ask(ASK)];
    calls[0]?.head(200, CACHED);
    await wait.give({ kind: 'drop' });
    expect(both.map(({ over }) => over)).toEqual(['broken', 'broken']);
    expect([inFlight(), wait.asked.length]).toEqual([0, 1]);
  });

  it.each(['origin-request', 'origin-response'] as const)(
    'go on by themselves when the stage of the first fails at %s',
    async (name) => {
      const { front, calls, wait } = openWaiting(name);
      const [first, second] = [front.ask(ASK), front.ask(ASK)];
      calls[0]?.head(200, CACHED);
      await wait.fail('boom');
      expect(first.status).toBe(500);
      expect(second.status).toBeUndefined();
      if (name === 'origin-response') calls[1]!.head(200, CACHED);
      await wait.give(undefined);
      if (name === 'origin-request') calls[0]!.head(200, CACHED);
      calls.at(-1)!.data('body').end();
      await settled();
      expect([second.status, second.text]).toEqual([200, 'body']);
    },
  );

  it.each(['origin-request', 'origin-response'] as const)(
    'keep the fetch when the first leaves at %s',
    async (name) => {
      const { front, calls, wait } = openWaiting(name);
      const [first, second] = [front.ask(ASK), front.ask(ASK)];
      if (name === 'origin-response') calls[0]!.head(200, CACHED);
      first.leave();
      await wait.give(undefined);
      if (name === 'origin-request') calls[0]!.head(200, CACHED);
      calls[0]!.data('body').end();
      await settled();
      expect([second.text, calls.length, wait.asked.length]).toEqual(['body', 1, 1]);
    },
  );

  it('are answered by a stage in the place of the origin, and so is the next one, from the cache', async () => {
    const { front, calls, wait } = openWaiting('origin-request');
    const both = [front.ask(ASK), front.ask(ASK)];
    await wait.give({
      kind: 'answer',
      reply: { status: 200, fields: ['Cache-Control', 'max-age=60'], body: Buffer.from('mock') },
    });
    expect([...both, front.ask(ASK)].map(({ text }) => text)).toEqual(['mock', 'mock', 'mock']);
    expect(calls).toHaveLength(0);
  });
});

describe('the three values of an exchange', () => {
  const change = (change: ClientRequestChange) => openStageWorld({ clientRequest: () => ({ kind: 'change', change }) });
  const asked = (call: { request: { origin: string; path: string }; lines: string[] }) => [
    `${call.request.origin}${call.request.path}`,
    call.lines.find((line) => line.startsWith('Host')),
  ];
  const TO = 'http://b.test/y';

  it('another URL is dialled, is the key, and has its own Host', () => {
    const { front, calls, detail } = change({ url: TO });
    front.ask(ASK, { fields: ['Host', 'a.test'] });
    expect(asked(calls[0]!)).toEqual([TO, undefined]);
    calls[0]!.head(200, CACHED).data('body').end();
    expect(front.ask('GET http://c.test/').field('x-cache-status')).toBe('HIT');
    expect(detail(1).row.url).toBe(URL_A);
    expect(detail(1).requestFields).toEqual([['Host', 'a.test']]);
    expect(detail(1).changed).toMatchObject([{ received: { url: URL_A }, sent: { url: TO } }]);
    expect(detail(1).row.cacheKey).toBe(detail(2).row.cacheKey);
    expect(detail(1).cacheStatusHeader).toContain(`key="${detail(1).row.cacheKey}"`);
  });

  it('the key may stay that of the URL asked for', () => {
    const { front, calls, detail } = change({ url: TO, keyUrl: URL_A });
    front.ask(ASK);
    expect(asked(calls[0]!)).toEqual([TO, undefined]);
    calls[0]!.head(200, CACHED).data('body').end();
    expect(front.ask(ASK).field('x-cache-status')).toBe('HIT');
    expect(detail(1).changed?.[0]?.sent).toMatchObject({ url: TO, keyUrl: URL_A });
  });

  it('the key alone may be another', () => {
    const { front, calls } = change({ keyUrl: TO });
    front.ask(ASK);
    expect(asked(calls[0]!)).toEqual([URL_A, undefined]);
    calls[0]!.head(200, CACHED).data('body').end();
    expect(front.ask('GET http://c.test/').field('x-cache-status')).toBe('HIT');
  });

  it('Host may stay what it was', () => {
    const { front, calls, detail } = change({ url: TO, keepHost: true });
    front.ask(ASK);
    expect(asked(calls[0]!)).toEqual([TO, 'Host: a.test']);
    expect(detail(1).changed?.[0]?.sent).toMatchObject({ url: TO, host: 'a.test' });
  });

  it('a method may be another, and content keeps its length', () => {
    const { front, calls } = change({
      method: 'PUT',
      fields: ['Content-Length', '99', 'X-New', '1', 'TE', 'trailers'],
    });
    front.ask(`POST ${URL_A}`, { fields: ['Content-Length', '2'], body: 'ab' });
    expect([calls[0]!.request.method, calls[0]!.lines]).toEqual([
      'PUT',
      ['X-New: 1', 'Content-Length: 2', 'Via: 1.1 test'],
    ]);
  });
});

describe('requests the cache sends itself', () => {
  const SHORT = ['Cache-Control', 'max-age=10, stale-while-revalidate=600', 'ETag', '"v"'];

  async function stale() {
    const requests = waiting<OriginRequestView, Verdict<ClientRequestChange>>();
    const responses: ResponseView[] = [];
    const world = openStageWorld({
      originRequest: requests.stage,
      originResponse: (view) => void responses.push(view),
    });
    world.front.ask(ASK);
    await requests.give(undefined);
    world.calls[0]!.head(200, SHORT).data('body').end();
    await settled();
    world.advance(20_000);
    return { ...world, requests, responses };
  }

  it('pass the stages of the origin in the background', async () => {
    const { front, calls, requests, responses, detail } = await stale();
    expect(front.ask(ASK).field('x-cache-status')).toBe('STALE');
    expect(requests.asked[1]).toMatchObject({ plan: 'validate', client: '', askedUrl: URL_A, exchange: 3 });
    await requests.give({ kind: 'change', change: { url: 'http://b.test/y' } });
    expect(`${calls[1]!.request.origin}${calls[1]!.request.path}`).toBe('http://b.test/y');
    calls[1]!.head(304, SHORT).end();
    await settled();
    expect(responses[1]).toMatchObject({ status: 304, url: 'http://b.test/y' });
    expect(front.ask(ASK).field('x-cache-status')).toBe('HIT');
    expect(detail(3).changed).toHaveLength(1);
  });

  it('may be dropped or fail there: the next one asks again', async () => {
    const { front, requests, detail, inFlight, faults } = await stale();
    front.ask(ASK);
    await requests.give({ kind: 'drop' });
    expect(detail(3).row).toMatchObject({ state: 'failed', reason: 'stage-drop' });
    front.ask(ASK);
    await requests.fail('boom');
    expect(detail(5).errorText).toBe(`${ASK}: the stage origin-request failed (boom).`);
    expect([inFlight(), faults.count]).toEqual([0, 0]);
  });

  it('pass them when a person asks', async () => {
    const { driver, requests, calls, inFlight } = await stale();
    const { engine, now } = driver.deps;
    const request = { method: 'GET', url: URL_A, head: new Head([]), hasBody: false };
    const plan = engine.planRequest(request, now());
    if (plan.kind !== 'serve-stale-and-revalidate') throw new Error(plan.kind);
    const { validation, forward, reason, facts } = plan;
    const validate = () =>
      revalidateNow(
        driver,
        { request, plan: { kind: 'validate', validation, forward, reason, facts, trace: [] } },
        1000,
      );
    const dropped = validate();
    await requests.give({ kind: 'drop' });
    expect(await dropped).toEqual({ kind: 'failed', message: `${ASK}: dropped by the stage origin-request` });
    const failed = validate();
    await requests.fail('boom');
    expect(await failed).toEqual({ kind: 'failed', message: `${ASK}: the stage origin-request failed (boom).` });
    const good = validate();
    await requests.give(undefined);
    calls.at(-1)!.head(304, SHORT).end();
    expect(await good).toMatchObject({ kind: 'freshened' });
    expect(inFlight()).toBe(0);
  });
});

describe('content of a request', () => {
  it('is not asked for while client-request waits', async () => {
    const { front, wait, calls } = openWaiting('client-request');
    const body = new PassThrough();
    front.ask(`POST ${URL_A}`, { body });
    expect(body.readableFlowing).toBe(null);
    await wait.give(undefined);
    expect(body.readableFlowing).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it.each([{ kind: 'drop' }, { kind: 'answer', reply: { status: 200, fields: [] } }] as const)(
    'is not read on when origin-request decides $kind',
    async (verdict) => {
      const { front, wait, calls, inFlight } = openWaiting('origin-request');
      const body = new PassThrough();
      const reply = front.ask(`POST ${URL_A}`, { body });
      body.write('some');
      await wait.give(verdict);
      expect(reply.over).toBe(verdict.kind === 'drop' ? 'broken' : 'complete');
      expect([calls.length, inFlight()]).toEqual([0, 0]);
    },
  );
});
