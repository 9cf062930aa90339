/** Clients that go away in the middle of a handshake or an answer: what was for them ends, up to the origin. */
import fs from 'node:fs';
import http2, { type ClientHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toEventRecord } from '../../../contract/event-record.ts';
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

const connections = async () => (await core.core.handlers['interception.status']({})).connections;

/** A tunnel of the proxy, and TLS in it. */
async function connect(protocols: string[]): Promise<{ tcp: RawClient; secure: tls.TLSSocket; authority: string }> {
  const authority = `localhost:${origin.port}`;
  const tcp = await RawClient.open(core.port);
  tcp.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  await tcp.until('\r\n\r\n');
  const secure = tls.connect({ socket: tcp.socket, ALPNProtocols: protocols, rejectUnauthorized: false });
  secure.on('error', () => undefined);
  return { tcp, secure, authority };
}

type Leave = (
  tcp: RawClient,
  secure: tls.TLSSocket,
  session: http2.ClientHttp2Session,
  stream: ClientHttp2Stream,
) => void;

it.each<[string, Leave]>([
  ['takes its request back', (_tcp, _secure, _session, stream) => stream.close(http2.constants.NGHTTP2_CANCEL)],
  ['takes it back without an error', (_tcp, _secure, _session, stream) => stream.close()],
  ['ends TCP', (tcp) => tcp.socket.end()],
  ['closes its connection', (tcp) => tcp.close()],
  ['resets its connection', (tcp) => tcp.socket.resetAndDestroy()],
  ['ends TLS', (_tcp, secure) => secure.end()],
  ['says GOAWAY and goes', (_tcp, _secure, session) => session.destroy()],
])('one that %s', async (_name, leave) => {
  const { tcp, secure, authority } = await connect(['h2']);
  const session = http2.connect(`https://${authority}`, { createConnection: () => secure });
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/events' });
  stream.on('error', () => undefined);
  await once(stream, 'data');
  leave(tcp, secure, session, stream);
  await core.finished(1);
  await left;
  expect((await core.core.handlers['exchange.list']({})).rows).toMatchObject([
    { state: 'client-left', reason: 'client-left', outcome: 'MISS', protocol: 'HTTP/2' },
  ]);
  const detail = await core.detailOf('/events');
  const event = toEventRecord(detail, 's', () => false);
  expect([detail.row.error, event.error, event.cache_detail]).toEqual([undefined, undefined, 'client-left']);
  expect((await core.core.handlers['stats.get']({})).totals).toMatchObject({ errors: 0, byOutcome: { ERROR: 0 } });
  session.destroy();
  await expect.poll(connections).toBe(0);
  tcp.close();
});

it('one that goes before the handshake is over: a row at once, not when patience ends', async () => {
  const { tcp, secure } = await connect(['h2', 'http/1.1']);
  // Told before the last message of the handshake is out.
  secure.once('secureConnect', () => secure.destroy());
  await core.finished(1);
  expect((await core.core.handlers['exchange.list']({})).rows).toMatchObject([
    { kind: 'tunnel', reason: 'client-refused', error: 'client_tls_refused' },
  ]);
  expect(await connections()).toBe(0);
  tcp.close();
});

it.each(['h2', 'http/1.1'])(
  'one that says nothing by %s is let go when interception is switched off',
  async (protocol) => {
    const { tcp, secure } = await connect([protocol]);
    await once(secure, 'secureConnect');
    await expect.poll(connections).toBe(1);
    secure.resume();
    core.settings.update({ intercept: 'off' });
    await expect.poll(connections).toBe(0);
    tcp.close();
  },
);
