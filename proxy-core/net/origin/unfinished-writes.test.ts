/** An HTTP/2 origin that destroys sessions while clients leave: what is asked of it never stands still. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAuthority } from '../../testkit/certificate.ts';
import { openTlsOrigin, type TlsOrigin } from '../../testkit/tls-origin.ts';
import { Descriptors } from '../front/descriptors.ts';
import { createDialGuard } from './dial-guard.ts';
import { createOriginClient, type OriginCall, type OriginClient } from './origin-client.ts';

const authority = testAuthority();
let folder: string;
let origin: TlsOrigin;
let client: OriginClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-uw-'));
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  origin = await openTlsOrigin(
    authority.issue({ names: ['a.test'] }),
    (request, response) => {
      if (request.url === '/destroy' && 'stream' in response) response.stream.session?.destroy();
      else response.end('ok');
    },
    true,
  );
  client = createOriginClient(
    {
      connections: 32,
      idleMs: 60_000,
      connectTimeoutMs: 5000,
      responseTimeoutMs: 600_000,
      guard: createDialGuard(
        () => 'loopback',
        () => false,
      ),
      budget: new Descriptors(undefined, () => undefined).dial,
      tls: { http2: true, accept: '', ca: join(folder, 'ca.pem'), certificates: '', passphrase: '' },
      proxy: { url: '', username: '', password: '', bypass: '' },
    },
    () => undefined,
  );
});
afterAll(async () => {
  await client.close();
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
});

it('requests go on when sessions are destroyed under load', { timeout: 20_000 }, async () => {
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  let left = 2500;
  const ask = (path: string, leaves: boolean): Promise<void> =>
    new Promise((resolve) => {
      const calls: OriginCall[] = [];
      const end = (): void => void setImmediate(resolve);
      calls.push(
        client.send(
          { method: 'GET', origin: `https://a.test:${origin.port}`, path, fields: [], body: null },
          {
            onDispatched: () => undefined,
            onInterim: () => undefined,
            onHead: () => undefined,
            onData: () => undefined,
            onEnd: end,
            onFailed: end,
          },
        ),
      );
      if (!leaves) return;
      setTimeout(() => {
        calls[0]?.abort();
        end();
      }, random() * 10);
    });
  const visitor = async (): Promise<void> => {
    while (left-- > 0) await ask(random() < 0.4 ? '/destroy' : '/', random() < 0.1);
  };
  await Promise.all(Array.from({ length: 100 }, visitor));
  expect(left).toBe(-100);
});
