/** What is said of tunnels that are left alone, that fail, or that their clients leave: over real CONNECTs. */
import net from 'node:net';
import { once } from 'node:events';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { explainReason, explainStep } from '../../contract/explain/explain.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import { RawClient } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let running: RunningCore;
let server: net.Server;
let target: string;
/** What the server says first. */
let greeting = '';

beforeEach(async () => {
  greeting = '';
  server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (greeting !== '') socket.write(greeting);
    // Whatever comes, that is all of it.
    socket.once('data', () => socket.end('bye'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `localhost:${(server.address() as net.AddressInfo).port}`;
  running = await startCore({ intercept: 'all' });
});
afterEach(async () => {
  await running.stop();
  server.close();
});

async function connect(): Promise<RawClient> {
  const client = await RawClient.open(running.port);
  client.send(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  await client.until('\r\n\r\n');
  return client;
}

const port = (): string => target.split(':')[1]!;

function told({ row, facts, neighbour, trace }: ExchangeDetail): string[] {
  return [
    explainReason('en', row.reason!, facts, neighbour, row.outcome),
    explainReason('ru', row.reason!, facts, neighbour, row.outcome),
    ...trace.map((step) => `${step.result}: ${explainStep('en', step)}`),
  ];
}

const speakTls = (client: RawClient, options: tls.ConnectionOptions): void => {
  tls.connect({ socket: client.socket, rejectUnauthorized: false, ...options }).on('error', () => undefined);
};

it.each<[name: string, say: (client: RawClient) => void, en: string, ru: string, step: string]>([
  [
    'not TLS',
    (client) => client.send('SSH-2.0-test\r\n'),
    'BYPASS: a tunnel: neither TLS nor HTTP; what is said in it is readable, but not opened here',
    'BYPASS: туннель: это не TLS и не HTTP; прочитать его можно, но здесь он не вскрыт',
    'stop: Left as a tunnel: it is neither TLS nor HTTP',
  ],
  [
    'malformed TLS',
    (client) => client.send(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])),
    'BYPASS: a tunnel: its first bytes are malformed TLS, so it is not opened',
    'BYPASS: туннель: его первые байты — испорченный TLS, поэтому он не вскрыт',
    'stop: Left as a tunnel: its first bytes are malformed TLS',
  ],
  [
    'a message too long',
    (client) => client.send(Buffer.from([22, 3, 1, 0, 4, 1, 1, 0, 0])),
    'BYPASS: a tunnel: the client’s first message is too long to be read, so it is not opened',
    'BYPASS: туннель: первое сообщение клиента слишком длинное, поэтому он не вскрыт',
    'stop: Left as a tunnel: its first message is too long',
  ],
  [
    'another protocol inside TLS',
    (client) => speakTls(client, { ALPNProtocols: ['xmpp-client'] }),
    'BYPASS: a tunnel: encrypted, and for a protocol other than HTTP, so it is not opened',
    'BYPASS: туннель: он зашифрован, и внутри не HTTP, поэтому он не вскрыт',
    'stop: Left as a tunnel: it speaks a protocol other than HTTP inside TLS',
  ],
  [
    'the name of a host to be left alone',
    (client) => speakTls(client, { servername: 'left.test' }),
    'BYPASS: a tunnel: left.test is among the exceptions, so it is not opened',
    'BYPASS: туннель: узел left.test в списке исключений, поэтому он не вскрыт',
    'stop: Left as a tunnel: the host is among the exceptions',
  ],
])('%s', async (_name, say, en, ru, step) => {
  running.settings.update({ interceptExcept: 'left.test' });
  const client = await connect();
  say(client);
  await client.untilEnd();
  client.close();
  await running.finished(1);
  expect(told(await running.detailOf(port()))).toEqual([en, ru, step]);
});

it('an address whose name is not listed', async () => {
  running.settings.update({ intercept: 'listed', interceptHosts: 'shop.test' });
  target = `127.0.0.1:${port()}`;
  const client = await connect();
  speakTls(client, { servername: 'other.test' });
  await client.untilEnd();
  client.close();
  await running.finished(1);
  expect(told(await running.detailOf(port()))[0]).toBe(
    'BYPASS: a tunnel: this host is not among those that are read, so it is not opened',
  );
});

it('a server that speaks first', async () => {
  greeting = '220 mail\r\n';
  const client = await connect();
  await client.until('220 mail');
  client.close();
  await running.finished(1);
  expect(told(await running.detailOf(port()))).toEqual([
    'BYPASS: a tunnel: the client waits for the server to speak first, so it is not opened',
    'BYPASS: туннель: клиент ждёт, что первым заговорит сервер, поэтому он не вскрыт',
    'stop: Left as a tunnel: the client waits for the server to speak first',
  ]);
});

it.each(['off', 'all'] as const)('a tunnel that cannot be opened, interception %s', async (intercept) => {
  running.settings.update({ intercept });
  server.close();
  await once(server, 'close');
  const client = await RawClient.open(running.port);
  client.send(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nSSH-2.0-test\r\n`);
  await client.untilEnd();
  await running.finished(1);
  const detail = await running.detailOf(port());
  const first =
    intercept === 'off'
      ? `stop: A tunnel to ${target}: no TLS is read here`
      : 'stop: Left as a tunnel: it is neither TLS nor HTTP';
  expect(told(detail)).toEqual([
    `ERROR: the tunnel to ${target} could not be opened: the connection to the origin was refused (connection_refused)`,
    `ERROR: туннель к ${target} открыть не удалось: в соединении с сервером отказано (connection_refused)`,
    first,
    `stop: No connection to ${target}: connection_refused`,
  ]);
});

it('a client that goes without a word is no error', async () => {
  const client = await connect();
  client.close();
  await running.finished(1);
  const detail = await running.detailOf(port());
  expect(detail.row).toMatchObject({ state: 'client-left', outcome: 'BYPASS', reason: 'client-left' });
  expect(detail.row.error).toBeUndefined();
  expect(told(detail)[0]).toBe('BYPASS: the client left without a word in its tunnel');
  expect((await running.core.handlers['stats.get']({})).totals).toMatchObject({ errors: 0, byOutcome: { ERROR: 0 } });
});
