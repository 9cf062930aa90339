import { expect, it } from 'vitest';
import { findSockets } from './linux.ts';
import { readLsof, readNetstat, withNames } from './owners.ts';

const wanted = [
  { address: '127.0.0.1', port: 51_000 },
  { address: '::1', port: 51_001 },
  { address: '127.0.0.2', port: 51_002 },
];

it('reads the tables of Linux: the client’s end of connections to the proxy, both families, nothing else', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const line = (local: string, remote: string, state: string, inode: number): string =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`;
  const v4 = [
    head,
    line('0100007F:C738', '0100007F:05D0', '01', 11),
    // The proxy's own end, another port of it, the same port of another address, one that has ended.
    line('0100007F:05D0', '0100007F:C738', '01', 12),
    line('0100007F:C73A', '0100007F:05D0', '01', 13),
    line('0100007F:C738', '0100007F:0050', '01', 14),
    line('0200007F:C73A', '0100007F:05D0', '01', 15),
    line('0100007F:C738', '0100007F:05D0', '06', 0),
    '',
  ].join('\n');
  const v6 = [
    head,
    line('00000000000000000000000001000000:C739', '00000000000000000000000001000000:05D0', '01', 21),
    line('0000000000000000FFFF00000100007F:C739', '0000000000000000FFFF00000100007F:05D0', '01', 22),
    line('00000000000000000000000002000000:C739', '00000000000000000000000001000000:05D0', '01', 23),
  ].join('\n');
  expect([...findSockets([v4, v6], wanted, 1488)]).toEqual([
    ['socket:[11]', 51_000],
    ['socket:[15]', 51_002],
    ['socket:[21]', 51_001],
  ]);
  expect(findSockets(['', head], wanted, 1488).size).toBe(0);
});

it('knows a client over IPv4 in the table of IPv6, where a program listens to both', () => {
  const line =
    '\n 0: 0000000000000000FFFF00000100007F:C738 0000000000000000FFFF00000100007F:05D0 01 0:0 0:0 0 0 0 31 1 0';
  expect([...findSockets([line], wanted, 1488)]).toEqual([['socket:[31]', 51_000]]);
});

it('reads what lsof says', () => {
  const output = [
    'p100',
    'cbsdm-proxy',
    'f20',
    'n127.0.0.1:1488->127.0.0.1:51000',
    'p4711',
    'cGoogle\\x20Chrome\\x20He',
    'f31',
    'n127.0.0.1:51000->127.0.0.1:1488',
    'f32',
    'n127.0.0.1:51999->127.0.0.1:1488',
    'p4712',
    'ccurl',
    'f5',
    'n[::1]:51001->[::1]:1488',
    '',
  ].join('\n');
  expect([...readLsof(output, wanted, 1488)]).toEqual([
    [51_000, { name: 'Google Chrome He', pid: 4711 }],
    [51_001, { name: 'curl', pid: 4712 }],
  ]);
  expect(readLsof('lsof: illegal option', wanted, 1488).size).toBe(0);
});

it('reads what netstat and tasklist say, in any language', () => {
  const netstat = [
    '',
    'Aktive Verbindungen',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:1488         0.0.0.0:0              ABHÖREN          900',
    '  TCP    127.0.0.1:1488         127.0.0.1:51000        HERGESTELLT      900',
    '  TCP    127.0.0.1:51000        127.0.0.1:1488         HERGESTELLT      4711',
    '  TCP    [::1]:51001            [::1]:1488             HERGESTELLT      4712',
    '  TCP    127.0.0.2:51002        127.0.0.1:1488         WARTEND          0',
    '',
  ].join('\r\n');
  const tasks = [
    '"System Idle Process","0","Services","0","8 K"',
    '"chrome.exe","4711","Console","1","120.000 K"',
    '"My Tool.EXE","4712","Console","1","9 K"',
    '',
  ].join('\r\n');
  const pids = readNetstat(netstat, wanted, 1488);
  expect([...pids]).toEqual([
    [51_000, 4711],
    [51_001, 4712],
  ]);
  expect([...withNames(pids, tasks)]).toEqual([
    [51_000, { name: 'chrome', pid: 4711 }],
    [51_001, { name: 'My Tool', pid: 4712 }],
  ]);
  expect(withNames(pids, 'ERROR: access denied').size).toBe(0);
});
