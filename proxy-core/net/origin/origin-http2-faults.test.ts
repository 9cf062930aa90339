/** A sink that throws over HTTP/2: it is told that it failed, its stream ends, and the connection serves the others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAuthority } from '../../testkit/certificate.ts';
import { openTlsOrigin, type TlsOrigin } from '../../testkit/tls-origin.ts';
import { Descriptors } from '../front/descriptors.ts';
import { createDialGuard } from './dial-guard.ts';
import {
  createOriginClient,
  type OriginCall,
  type OriginClient,
  type OriginOptions,
  type OriginSink,
} from './origin-client.ts';

const authority = testAuthority();
let folder: string;
let origin: TlsOrigin;
let client: OriginClient;
let options: OriginOptions;
const reported: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-h2f-'));
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  origin = await openTlsOrigin(
    authority.issue({ names: ['a.test'] }),
    (request, response) => {
      if (request.url === '/cut') response.destroy();
      else {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.end('x'.repeat(100_000));
      }
    },
    true,
  );
  options = {
    connections: 4,
    idleMs: 60_000,
    connectTimeoutMs: 5000,
    responseTimeoutMs: 15_000,
    guard: createDialGuard(
      () => 'loopback',
      () => false,
    ),
    budget: new Descriptors(undefined, () => undefined).dial,
    tls: { http2: true, accept: '', ca: join(folder, 'ca.pem'), certificates: '', passphrase: '' },
    proxy: { url: '', username: '', password: '', bypass: '' },
  };
  client = createOriginClient(options, (where) => reported.push(where));
});
afterAll(async () => {
  await client.close();
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends one request whose sink throws in `bad`: how it ended. */
function send(path: string, bad?: keyof OriginSink): Promise<string> {
  return new Promise((resolve) => {
    const failing = (name: keyof OriginSink, after?: () => void) => (): void => {
      if (name === bad) {
        // What follows a fault at the end is told as a failure too.
        setImmediate(() => after?.());
        throw new Error(`thrown in ${name}`);
      }
      after?.();
    };
    client.send(
      { method: 'GET', origin: `https://a.test:${origin.port}`, path, fields: [], body: null },
      {
        onDispatched: failing('onDispatched'),
        onBytes: failing('onBytes'),
        onInterim: failing('onInterim'),
        onHead: failing('onHead'),
        onData: failing('onData'),
        onEnd: failing('onEnd', () => resolve('end')),
        onFailed: (failure) => {
          resolve(failure.code);
          if (bad === 'onFailed') throw new Error('thrown in onFailed');
        },
      },
    );
  });
}

it.each(['onDispatched', 'onInterim', 'onHead', 'onData', 'onEnd'] as const)('%s', async (bad) => {
  expect(await send('/before')).toBe('end');
  const [result, beside] = await Promise.all([send('/throws', bad), send('/beside')]);
  expect([result, beside]).toEqual(['proxy_internal_error', 'end']);
  expect(reported.pop()).toContain(bad);
  expect(await send('/after')).toBe('end');
  expect(origin.accepted()).toBe(1);
});

it('onFailed', async () => {
  expect(await send('/cut', 'onFailed')).toBe('http_protocol_error');
  expect(reported.pop()).toContain('onFailed');
  expect(await send('/after')).toBe('end');
});

it.each<[string, (run: () => void) => void]>([
  ['in the call that tells of it', (run) => run()],
  ['in a microtask', queueMicrotask],
  ['in the next tick', (run) => process.nextTick(run)],
  ['in the next turn', setImmediate],
])('a request that is given up %s leaves no stream behind that ends the process', async (_when, later) => {
  const other = createOriginClient(options, (where) => reported.push(where));
  const ask = (path: string, givesUp: boolean): Promise<void> =>
    new Promise((resolve) => {
      // `send` may tell of it before it returns.
      const calls: OriginCall[] = [];
      let isGivenUp = false;
      const giveUp = (): void => {
        isGivenUp = true;
        calls[0]?.abort();
        resolve();
      };
      const call = other.send(
        { method: 'GET', origin: `https://a.test:${origin.port}`, path, fields: [], body: null },
        {
          onDispatched: () => {
            if (givesUp) later(giveUp);
          },
          onInterim: () => undefined,
          onHead: () => undefined,
          onData: () => undefined,
          onEnd: () => resolve(),
          onFailed: () => resolve(),
        },
      );
      calls.push(call);
      if (isGivenUp) call.abort();
    });
  await ask('/first', false);
  for (let n = 0; n < 3; n++) await Promise.all([ask(`/left${n}`, true), ask(`/kept${n}`, false)]);
  await ask('/last', false);
  // What is left of streams is told of the end of the session now.
  await other.close();
  await new Promise((resolve) => setImmediate(resolve));
});
