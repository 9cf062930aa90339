/** The front of data does what the one of sockets does, as far as a driver can tell. */
import { expect, it } from 'vitest';
import type { FrontHandlers } from '../front.ts';
import { resolveTarget } from '../request-target.ts';
import { ScriptedFront } from './scripted-front.ts';

const nothing = (): void => undefined;
const handlers = (given: Partial<FrontHandlers>): FrontHandlers => ({
  onRequest: nothing,
  onConnect: nothing,
  onUpgrade: nothing,
  onMalformed: nothing,
  onFault: nothing,
  readPatienceMs: () => 60_000,
  ...given,
});

it('writes down what came and went, for the proxy and for an adopted connection', async () => {
  const front = new ScriptedFront(
    handlers({
      onRequest: ({ method, target, connection, head, reply }) => {
        const resolved = resolveTarget(target, method, connection, head.get('host'));
        reply.start(resolved.ok ? 200 : resolved.status, 'x', []);
        reply.end(Buffer.from(resolved.ok ? resolved.target.url : resolved.problem));
      },
    }),
  );
  await front.ask('GET http://a.test/x').ended;
  const inside = front.toProxy();
  front.adopt(inside, { scheme: 'https', authority: 'b.test', client: '192.0.2.7' });
  expect(await front.ask('GET /y', { fields: ['Host', 'b.test'] }, inside).ended).toBe('complete');
  expect(front.ask('GET /y', { fields: ['Host', 'c.test'] }, inside).status).toBe(421);
  expect(front.trace.slice(0, 8)).toEqual([
    '>> GET http://a.test/x',
    '<< 200 x',
    '<< "http://a.test/x"',
    '<< end',
    '>> GET /y',
    '<< 200 x',
    '<< "https://b.test/y"',
    '<< end',
  ]);
});

it('stands still, reads on, and goes away when told', async () => {
  const front = new ScriptedFront(
    handlers({
      onRequest: ({ reply }) => {
        reply.onDrain(() => reply.write(Buffer.from('more')));
        reply.start(200, 'OK', []);
        reply.write(Buffer.from('some'));
      },
    }),
  );
  const reply = front.ask('GET http://a.test/');
  reply.stopReading();
  expect(reply.write(Buffer.from('?'))).toBe(false);
  reply.readOn();
  reply.leave();
  reply.end();
  expect(await reply.ended).toBe('broken');
  expect(reply.text).toBe('some?more');
  expect(front.trace.at(-1)).toBe('>> (gone)');
});

it('a throw behind it is a fault, and ends the reply', () => {
  const front = new ScriptedFront(
    handlers({
      onRequest: () => {
        throw new Error('boom');
      },
    }),
  );
  expect(front.ask('GET http://a.test/').over).toBe('broken');
  expect(front.faults.map(({ where }) => where)).toEqual(['request']);
});
