/** Clients of HTTP/2 that go away in the middle of an answer: the exchange ends, and so does what it had at the origin. */
import fs from 'node:fs';
import http2 from 'node:http2';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testAuthority } from '../../../testkit/certificate.ts';
import { RawClient } from '../../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../../../testkit/tls-origin.ts';

let folder: string;
let origin: TlsOrigin;
let core: RunningCore;
/** Resolves when the origin has lost its reader. */
let left: Promise<void>;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-gone-'));
  const authority = testAuthority();
  const file = path.join(folder, 'origin.pem');
  fs.writeFileSync(file, authority.cert);
  let leaving = (): void => undefined;
  left = new Promise((resolve) => (leaving = resolve));
  origin = await openTlsOrigin(
    authority.issue({ names: ['localhost'] }),
    (request, response) => {
      response.on('close', () => leaving());
      if ('stream' in response) {
        response.stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
        response.stream.write('data: first\n\n');
      } else response.writeHead(500).end(request.httpVersion);
    },
    true,
  );
  core = await startCore({ intercept: 'all', upstreamCa: file });
});
afterEach(async () => {
  await core.stop();
  await origin.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

it.each<[string, (tcp: RawClient, secure: tls.TLSSocket, session: http2.ClientHttp2Session) => void]>([
  ['ends TCP', (tcp) => tcp.socket.end()],
  ['closes its connection', (tcp) => tcp.close()],
  ['resets its connection', (tcp) => tcp.socket.resetAndDestroy()],
  ['ends TLS', (_tcp, secure) => secure.end()],
  ['says GOAWAY and goes', (_tcp, _secure, session) => session.destroy()],
])('one that %s', async (_name, leave) => {
  const authority = `localhost:${origin.port}`;
  const tcp = await RawClient.open(core.port);
  tcp.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  await tcp.until('\r\n\r\n');
  const secure = tls.connect({ socket: tcp.socket, ALPNProtocols: ['h2'], rejectUnauthorized: false });
  secure.on('error', () => undefined);
  const session = http2.connect(`https://${authority}`, { createConnection: () => secure });
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/events' });
  stream.on('error', () => undefined);
  await once(stream, 'data');
  leave(tcp, secure, session);
  await core.finished(1);
  await left;
  expect((await core.core.handlers['exchange.list']({})).rows).toMatchObject([
    { state: 'failed', error: 'client_aborted', protocol: 'HTTP/2' },
  ]);
  await expect.poll(async () => (await core.core.handlers['interception.status']({})).connections).toBe(0);
  tcp.close();
});
