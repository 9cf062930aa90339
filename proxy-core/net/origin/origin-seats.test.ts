import { expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin } from '../../testkit/origin.ts';
import { startCore } from '../../testkit/running-core.ts';
import { Seats } from './origin-seats.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makeSeats(limit: number) {
  const clock = { ms: 0 };
  const begun: string[] = [];
  const seats = new Seats(
    () => limit,
    () => clock.ms,
  );
  return {
    clock,
    begun,
    seats,
    enter: (name: string, origin = 'http://a') => seats.enter(origin, () => begun.push(name)),
  };
}

it('lets in as many as the limit says, first come first served, each origin for itself', async () => {
  const { begun, seats, enter } = makeSeats(2);
  const first = enter('1');
  enter('2');
  const third = enter('3');
  enter('4');
  enter('other', 'http://b');
  expect(begun).toEqual(['1', '2', 'other']);
  third.leave(); // its client went while it waited
  first.leave();
  await tick();
  expect(begun).toEqual(['1', '2', 'other', '4']);
  seats.stop();
});

it('replies that stand still make room for those who wait; one that goes on counts again', async () => {
  const { clock, begun, seats, enter } = makeSeats(1);
  const still = enter('still');
  seats.pause(still);
  const second = enter('second');
  clock.ms = 400;
  seats.sweep();
  expect(begun).toEqual(['still']);
  clock.ms = 600;
  seats.sweep();
  expect(begun).toEqual(['still', 'second']);
  still.resume();
  enter('third');
  second.leave();
  await tick();
  expect(begun).toEqual(['still', 'second']); // the one that goes on has the place
  still.leave();
  await tick();
  expect(begun).toEqual(['still', 'second', 'third']);
  seats.stop();
});

it('a reply that moves now and then keeps its place', () => {
  const { clock, begun, seats, enter } = makeSeats(1);
  const slow = enter('slow');
  enter('waits');
  for (let i = 0; i < 10; i++) {
    seats.pause(slow);
    clock.ms += 400;
    seats.sweep();
    slow.resume();
  }
  expect(begun).toEqual(['slow']);
  seats.stop();
});

it('readers that stop shut nobody out, however patient the proxy is with them', async () => {
  const large = Buffer.alloc(16 * 1024 * 1024, 'x');
  const origin = await openOrigin((request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.end(request.url?.startsWith('/large') ? large : 'small');
  });
  const running = await startCore({ upstreamConnections: 2, clientStallSeconds: 3600 });
  const clients: RawClient[] = [];
  try {
    for (let i = 0; i < 8; i++) {
      const client = await RawClient.open(running.port);
      clients.push(client);
      client.send(`GET ${origin.url}/large-${i} HTTP/1.1\r\nHost: x\r\n\r\n`);
      client.socket.pause();
    }
    expect((await ask(running.port, `${origin.url}/small`)).body.toString()).toBe('small');
  } finally {
    for (const client of clients) client.close();
    await running.stop();
    await origin.close();
  }
});
