/** The headless core where the system lets it open few files: it turns clients away before it runs out, and says so. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';

const cli = path.join(import.meta.dirname, 'cli.ts');
let origin: Origin;
let dataDir: string;
let core: ChildProcess;
let errors: string[];
let port: number;
let api: (where: string) => Promise<Response>;

beforeEach(async () => {
  origin = await openOrigin((_request, response) => response.end('ok'));
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-files-'));
  const flags = `--json --port 0 --control-port 0 --dial-allow loopback --data-dir ${dataDir}`;
  core = spawn('bash', ['-c', `ulimit -n 256; exec "${process.execPath}" "${cli}" ${flags}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  errors = [];
  createInterface({ input: core.stderr! }).on('line', (line) => errors.push(line));
  const [line] = (await once(createInterface({ input: core.stdout! }), 'line')) as [string];
  const ready = JSON.parse(line) as { proxy: string; control: string; token: string };
  port = Number(ready.proxy.split(':').at(-1));
  api = (where) =>
    fetch(ready.control + where, { headers: { Authorization: `Bearer ${ready.token}`, Connection: 'close' } });
});
afterEach(async () => {
  core.kill('SIGKILL');
  await once(core, 'close');
  await origin.close();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

/** Opens a connection and waits until it stands; `over` resolves with what came when the other side ended it. */
async function open(): Promise<{ socket: net.Socket; over: Promise<string> }> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const over = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await Promise.race([once(socket, 'connect'), over]);
  return { socket, over };
}

/** Resolves when `count` of them are over. */
function overCount(connections: readonly { over: Promise<string> }[], count: number): Promise<string[]> {
  const texts: string[] = [];
  return new Promise((resolve) => {
    for (const { over } of connections) {
      void over.then((text) => {
        if (texts.push(text) === count) resolve(texts);
      });
    }
  });
}

// Windows has no such limit.
if (process.platform !== 'win32')
  describe('256 file descriptors', () => {
    it('600 connections: the core lives, the control server answers, the log says it once, and it recovers', async () => {
      const connections = [];
      for (let i = 0; i < 600; i++) connections.push(await open());
      // 192 are for connections, half of them for clients.
      const texts = await overCount(connections, 504);
      expect(texts.filter((text) => text.startsWith('HTTP/1.1 503 Service Unavailable')).length).toBeGreaterThan(0);
      for (let i = 0; i < 20; i++) expect((await api('/api/stats')).status).toBe(200);
      for (const { socket } of connections) socket.destroy();
      await Promise.all(connections.map(({ over }) => over));
      while (!errors.some((line) => line.includes('clients are served again')))
        expect((await api('/health')).ok).toBe(true);
      expect((await ask(port, `${origin.url}/after`)).body.toString()).toBe('ok');
      expect(errors.filter((line) => line.includes('no more clients can be served'))).toHaveLength(1);
      expect(core.exitCode).toBeNull();
    }, 60_000);

    it('idle connections make room for new ones', async () => {
      for (let i = 0; i < 300; i++) {
        const { socket } = await open();
        socket.write(`GET ${origin.url}/${i} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await once(socket, 'data');
      }
      expect(errors.filter((line) => line.includes('no more clients'))).toEqual([]);
      expect(origin.requests).toHaveLength(300);
    }, 60_000);

    it('tunnels take two each: what is too much is answered, and the core lives', async () => {
      const answers: string[] = [];
      for (let i = 0; i < 150; i++) {
        const { socket, over } = await open();
        socket.write(`CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: a\r\n\r\n`);
        const text = await Promise.race([once(socket, 'data').then(([chunk]) => String(chunk)), over]);
        answers.push(text.slice(9, 12));
      }
      expect(answers.filter((status) => status === '200')).toHaveLength(96);
      expect((await api('/health')).status).toBe(200);
    }, 60_000);
  });
