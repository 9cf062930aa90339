/** Many requests and tunnels without one lost or wrong byte, and nothing left open afterwards. */
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { expect, it } from 'vitest';
import { ask, RawClient } from '../testkit/clients.ts';
import { openOrigin } from '../testkit/origin.ts';
import { startCore } from '../testkit/running-core.ts';

const REQUESTS = 10_000;
const TUNNELS = 200;
const sha = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

/** Sockets and servers this process holds. Pipes of the test runner are not ours. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
}

it(`carries ${REQUESTS} requests and ${TUNNELS} tunnels at once, byte for byte`, { timeout: 180_000 }, async () => {
  const before = openHandles();
  // Bodies of every size around the boundaries of buffers, named by their index.
  const bodies = Array.from({ length: 500 }, (_, i) => randomBytes((i * 397) % 70_000));
  const sums = bodies.map((body) => sha(body));
  const origin = await openOrigin((request, response) => {
    const index = Number(/\/b\/(\d+)/.exec(request.url ?? '')?.[1]);
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(sha(Buffer.concat(chunks))));
      return;
    }
    // A third fresh, a third not to be stored, a third chunked.
    if (index % 3 === 0) response.setHeader('Cache-Control', 'max-age=600');
    if (index % 3 === 1) response.setHeader('Cache-Control', 'no-store');
    if (index % 3 !== 2) response.setHeader('Content-Length', bodies[index]!.length);
    else response.setHeader('Cache-Control', 'max-age=600');
    response.end(bodies[index]);
  });
  const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const echoPort = (echo.address() as net.AddressInfo).port;
  const running = await startCore({ captureRows: 20_000 });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  let wrong = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < REQUESTS) {
      const n = next++;
      const index = (n * 7919) % bodies.length;
      const post = n % 10 === 0;
      const reply = await ask(running.port, `${origin.url}/b/${index}`, {
        agent,
        ...(post && { method: 'POST', body: bodies[index]! }),
      });
      const got = post ? reply.body.toString() : sha(reply.body);
      if (reply.status !== 200 || got !== sums[index]) wrong++;
    }
  };
  const tunnel = async (n: number): Promise<void> => {
    const client = await RawClient.open(running.port);
    client.send(`CONNECT 127.0.0.1:${echoPort} HTTP/1.1\r\n\r\n`);
    const head = (await client.until('\r\n\r\n')).indexOf('\r\n\r\n') + 4;
    const body = randomBytes(20_000 + n * 131);
    client.send(body.subarray(0, 5000));
    client.socket.end(body.subarray(5000));
    const all = Buffer.from(await client.untilEnd(), 'latin1').subarray(head);
    if (sha(all) !== sha(body)) wrong++;
    client.close();
  };
  await Promise.all([...Array.from({ length: 64 }, worker), ...Array.from({ length: TUNNELS }, (_, n) => tunnel(n))]);
  expect(wrong).toBe(0);
  await running.finished(REQUESTS + TUNNELS);
  const { totals } = running.core.stats();
  expect(totals.requests).toBe(REQUESTS + TUNNELS);
  expect(totals.errors).toBe(0);
  expect(totals.byCacheStatus.HIT).toBeGreaterThan(4000);
  expect(totals.inFlight).toBe(0);

  agent.destroy();
  await running.stop();
  await origin.close();
  await new Promise((resolve) => echo.close(resolve));
  // Closing handles are reported until the loop has turned.
  for (let i = 0; i < 1000 && openHandles() > before; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(openHandles()).toBe(before);
});
