/** What stages do to an exchange, without sockets: at once and later, at each of the four places. */
import { describe, expect, it } from 'vitest';
import type { StageName } from '../../contract/exchange.ts';
import { explainReason, explainStep } from '../../contract/explain/explain.ts';
import { openStageWorld, settled } from './testkit/stage-world.ts';
import type { ClientRequestChange, ResponseChange, StageReply, Stages, StageView, Verdict } from './stages.ts';

type AnyVerdict = Verdict<ClientRequestChange & ResponseChange>;
type Asked = (view: StageView) => AnyVerdict | Promise<AnyVerdict>;

const KEYS = {
  'client-request': 'clientRequest',
  'origin-request': 'originRequest',
  'origin-response': 'originResponse',
  'client-response': 'clientResponse',
} as const satisfies Record<StageName, keyof Stages>;
const NAMES: readonly StageName[] = ['client-request', 'origin-request', 'origin-response', 'client-response'];

/** One stage, which does the same each time. */
const only = (name: StageName, stage: Asked): Stages => ({ [KEYS[name]]: stage });

const URL_A = 'http://a.test/x';
const CACHED = ['Cache-Control', 'max-age=60', 'Content-Length', '4'];
/** What is malformed, and the words for it. */
type Malformed = readonly [what: string, change: ClientRequestChange & ResponseChange, words: string];
const FIELDS: readonly Malformed[] = [
  ['a field name', { fields: ['X Y', '1'] }, 'set a malformed field name "X Y"'],
  ['a field value', { fields: ['X', '1\r\nY: 2'] }, 'set a malformed value of X'],
  ['a list of fields', { fields: ['X'] }, 'set a field without a value'],
];
const OF_REQUESTS: readonly Malformed[] = [
  ['a method', { method: 'G T' }, 'set a malformed method "G T"'],
  ['an unexpected method', { method: 'HEAD' }, 'made HEAD of GET: the client does not expect its answer'],
  [
    'a URL',
    { url: 'ftp://a.test/' },
    'set a URL that cannot be asked for: the scheme "ftp" cannot be forwarded, only http and https',
  ],
];
const OF_RESPONSES: readonly Malformed[] = [
  ['a status', { status: 99 }, 'set the status 99; a final one is between 200 and 599'],
  ['a status without content', { status: 204 }, 'made 204 of 200: one of them has no content; answer instead'],
  ['a reason phrase', { statusText: 'O\r\nK' }, 'set a malformed reason phrase "O\\r\\nK"'],
];
const HOW = ['at once', 'later'] as const;

describe.each(HOW)('a stage that answers %s', (how) => {
  const give = (verdict: AnyVerdict): Asked => (how === 'at once' ? () => verdict : () => Promise.resolve(verdict));

  describe.each(NAMES)('%s', (name) => {
    /** One exchange from end to end, as far as the stage lets it. */
    async function run(stage: Asked) {
      const world = openStageWorld(only(name, stage));
      const reply = world.front.ask(`GET ${URL_A}`, { fields: ['Host', 'a.test', 'X-Own', '1'] });
      await settled();
      const call = world.calls[0];
      if (call !== undefined) {
        call.head(200, CACHED);
        await settled();
        if (!call.isAborted) call.data('body').end();
      }
      await settled();
      expect(world.inFlight(), 'the exchange has ended').toBe(0);
      expect(world.held.held, 'nothing is held').toBe(0);
      return { ...world, reply, call, detail: world.detail(1) };
    }

    it('lets pass what it does not mind', async () => {
      const { front, detail, faults } = await run(give(undefined));
      expect(front.trace).toEqual([
        `>> GET ${URL_A}`,
        `=> GET ${URL_A}`,
        '<= 200',
        '<< 200 ',
        '<= "body"',
        '<< "body"',
        '<= end',
        '<< end',
      ]);
      expect(detail.changed).toBeUndefined();
      expect(detail.trace.filter(({ code }) => code === 'stage').map(({ inputs }) => inputs)).toEqual(
        how === 'at once' ? [] : [{ stage: name, did: 'passed', waitedMs: 0 }],
      );
      expect(faults.count).toBe(0);
    });

    it('changes a head, and the record shows both', async () => {
      const isRequest = name.endsWith('-request');
      const { detail, reply, call } = await run(
        give({
          kind: 'change',
          by: 'rule 1',
          change: { fields: isRequest ? ['X-New', '2'] : ['X-New', '2', ...CACHED] },
        }),
      );
      const sent = isRequest ? call?.lines : [`X-New: ${reply.field('x-new') ?? ''}`];
      expect(sent).toContain('X-New: 2');
      expect(sent).not.toContain('X-Own: 1');
      expect(reply.text).toBe('body');
      const [change] = detail.changed ?? [];
      expect(detail.changed).toHaveLength(1);
      expect(change).toMatchObject({ stage: name, by: 'rule 1', did: 'changed' });
      expect(change?.received.fields).not.toContainEqual(['X-New', '2']);
      expect(change?.sent.fields).toContainEqual(['X-New', '2']);
      const step = detail.trace.find(({ code }) => code === 'stage');
      expect(explainStep('en', step!)).toMatch(new RegExp(`^${name} \\(rule 1\\) changed the fields`));
      expect(detail.row.outcome).toBe('MISS');
    });

    it('answers itself', async () => {
      const own: StageReply = {
        status: 203,
        fields: ['Content-Type', 'text/plain', 'Transfer-Encoding', 'chunked'],
        body: Buffer.from('own'),
      };
      const { detail, reply, calls } = await run(give({ kind: 'answer', by: 'mock', reply: own }));
      expect([reply.status, reply.statusText, reply.text, reply.over]).toEqual([
        203,
        'Non-Authoritative Information',
        'own',
        'complete',
      ]);
      expect(reply.field('content-length')).toBe('3');
      expect(reply.field('transfer-encoding')).toBeUndefined();
      expect(reply.field('via')).toBe('1.1 test');
      expect(calls).toHaveLength(name.endsWith('-request') ? 0 : 1);
      expect(detail.changed).toMatchObject([{ stage: name, by: 'mock', did: 'answered', sent: { status: 203 } }]);
      expect(detail.row).toMatchObject({ state: 'done', status: 203 });
      expect(detail.responseBody.bytes).toBe(3);
      if (name === 'client-request') {
        expect(detail.row).toMatchObject({ outcome: 'BYPASS', cacheStatus: 'BYPASS', reason: 'stage-reply' });
        expect(explainReason('en', 'stage-reply', detail.facts)).toBe(
          'BYPASS: answered at the stage client-request (mock); neither cache nor origin was asked',
        );
      }
    });

    it('drops the connection', async () => {
      const { detail, reply } = await run(give({ kind: 'drop', by: 'rule 2' }));
      expect([reply.status, reply.over]).toEqual([undefined, 'broken']);
      expect(detail.row).toMatchObject({
        state: 'failed',
        outcome: 'ERROR',
        error: 'http_request_denied',
        reason: 'stage-drop',
      });
      expect(detail.errorText).toBe(`GET ${URL_A}: dropped by the stage ${name} (rule 2)`);
    });

    it('throws: its exchange fails, and the next one does not', async () => {
      let fails = true;
      const { detail, reply, front, calls, faults } = await run(() => {
        if (!fails) return undefined;
        fails = false;
        if (how === 'at once') throw new Error('boom');
        return Promise.reject(new Error('boom'));
      });
      expect([reply.status, reply.over]).toEqual([500, 'complete']);
      expect(reply.text).toContain(`the stage ${name} failed (boom).`);
      expect(detail.row).toMatchObject({ state: 'failed', error: 'proxy_internal_error' });
      expect(faults.count).toBe(1);
      const next = front.ask('GET http://a.test/y');
      await settled();
      calls.at(-1)!.head(200, CACHED).data('next').end();
      await settled();
      expect(next.text).toBe('next');
    });

    it.each(name.endsWith('-request') ? [...FIELDS, ...OF_REQUESTS] : [...FIELDS, ...OF_RESPONSES])(
      'is refused with words when it makes a malformed head: %s',
      async (_what, change, words) => {
        const { reply, detail } = await run(give({ kind: 'change', change }));
        expect(reply.status).toBe(500);
        expect(detail.errorText).toBe(`GET ${URL_A}: the stage ${name} ${words}.`);
        expect(detail.changed).toBeUndefined();
      },
    );

    it('is refused with words when its own answer is malformed', async () => {
      const { detail } = await run(
        give({ kind: 'answer', reply: { status: 304, fields: [], body: Buffer.from('x') } }),
      );
      expect(detail.errorText).toBe(`GET ${URL_A}: the stage ${name} answered 304 with content.`);
    });
  });
});
