import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { findPortHolder, listeningInodes, parseLsof, parseNetstat } from './port-holder.ts';

it.skipIf(process.platform === 'win32')('names the program that holds a port, over IPv4 and IPv6', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const script = `const s = require('net').createServer().listen(0, '${host}', () => console.log(s.address().port))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(await findPortHolder(Number(said.toString()))).toMatchObject({ pid: child.pid });
  }
});

it('tells nothing where nothing listens, or where it is not told', async () => {
  expect(await findPortHolder(1)).toBeUndefined();
  expect(await findPortHolder(1488, 'aix')).toBeUndefined();
});

it('reads what the systems print', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:05D0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 33411 1 0',
    '   1: 0100007F:05D0 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 33412 1 0',
    '   2: 0100007F:15D0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 33413 1 0',
  ].join('\n');
  expect(listeningInodes(table, 1488)).toEqual(['33411']);
  expect(parseLsof('p4711\ncPython\nf3\n')).toEqual({ name: 'Python', pid: 4711 });
  expect(parseLsof('')).toBeUndefined();
  const netstat = [
    '',
    'Aktive Verbindungen',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:1488         127.0.0.1:50001        HERGESTELLT      99',
    '  TCP    127.0.0.1:1488         0.0.0.0:0              ABHÖREN          4711',
  ].join('\r\n');
  expect(parseNetstat(netstat, 1488)).toBe(4711);
  expect(parseNetstat(netstat, 80)).toBeUndefined();
});
