/**
 * Who owns a socket, on Linux: its inode stands in /proc/net/tcp, and among the open files of one process. Reads little by
 * little, without holding anybody up.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { ClientProgram } from '../../contract/exchange.ts';
import type { Owners, Wanted } from './wanted.ts';

/** Open files looked at side by side; the pool of threads has four, and others need it too. */
const SIDE_BY_SIDE = 2;
/** Processes that owned a client not long ago, looked at first. */
const REMEMBERED = 32;

const ESTABLISHED = '01';

/** The owners by what stands in `proc`, which is `/proc`. */
export function linuxOwners(proc = '/proc'): Owners {
  /** The newest last. */
  let lately: string[] = [];
  return async (wanted, proxyPort) => {
    const found = new Map<number, ClientProgram>();
    const texts = await Promise.all([readText(`${proc}/net/tcp`), readText(`${proc}/net/tcp6`)]);
    const sockets = findSockets(texts, wanted, proxyPort);
    if (sockets.size === 0) return found;
    const pids = (await readNames(proc)).filter((name) => /^\d{1,10}$/.test(name));
    // Who asked lately asks again; of the others the youngest have just begun to.
    pids.sort((a, b) => Number(b) - Number(a));
    for (const pid of [...lately.toReversed(), ...pids.filter((pid) => !lately.includes(pid))]) {
      if (sockets.size === 0) break;
      const ports = await socketsOf(`${proc}/${pid}/fd`, sockets);
      if (ports.length === 0) continue;
      const name = await nameOf(`${proc}/${pid}`);
      lately = [...lately.filter((other) => other !== pid), pid].slice(-REMEMBERED);
      if (name !== undefined) for (const port of ports) found.set(port, { name, pid: Number(pid) });
    }
    return found;
  };
}

/** Ports of wanted clients by the link of their socket (`socket:[17]`), out of the kernel's tables of connections. */
export function findSockets(
  tables: readonly string[],
  wanted: readonly Wanted[],
  proxyPort: number,
): Map<string, number> {
  const addresses = new Map(wanted.map(({ port, address }) => [port, address]));
  const sockets = new Map<string, number>();
  // Thousands of connections may stand there: only lines of this port, established, are looked at.
  const needle = `:${proxyPort.toString(16).toUpperCase().padStart(4, '0')} ${ESTABLISHED} `;
  for (const table of tables) {
    for (let at = table.indexOf(needle); at >= 0; at = table.indexOf(needle, at + needle.length)) {
      const end = table.indexOf('\n', at);
      const line = table.slice(table.lastIndexOf('\n', at) + 1, end < 0 ? undefined : end);
      // sl, local, remote, state, queues, timer, retransmissions, uid, timeout, inode
      const [, local, , , , , , , , inode] = line.trim().split(/\s{1,32}/);
      if (local === undefined || inode === undefined || inode === '0') continue;
      const port = portOf(local);
      if (addresses.get(port) === addressOf(local)) sockets.set(`socket:[${inode}]`, port);
    }
  }
  return sockets;
}

const portOf = (text: string): number => Number.parseInt(text.slice(text.lastIndexOf(':') + 1), 16);

/** `0100007F:…` as 127.0.0.1: words of four bytes as this processor keeps them, all of which are little-endian. */
function addressOf(text: string): string {
  const hex = text.slice(0, text.lastIndexOf(':'));
  if (hex === '00000000000000000000000001000000') return '::1';
  const last = hex.length === 32 && hex.startsWith('0000000000000000FFFF0000') ? hex.slice(24) : hex;
  if (last.length !== 8) return '';
  return [6, 4, 2, 0].map((at) => Number.parseInt(last.slice(at, at + 2), 16)).join('.');
}

/** Those of `sockets` that are among these open files, taken out of it. */
async function socketsOf(folder: string, sockets: Map<string, number>): Promise<number[]> {
  const ports: number[] = [];
  const names = await readNames(folder);
  let next = 0;
  const look = async (): Promise<void> => {
    while (next < names.length && sockets.size > 0) {
      const link = await readLink(path.join(folder, names[next++]!));
      const port = link === undefined ? undefined : sockets.get(link);
      if (port === undefined) continue;
      sockets.delete(link!);
      ports.push(port);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, look));
  return ports;
}

/** By its file; a process of another person tells its short name only. */
async function nameOf(folder: string): Promise<string | undefined> {
  const file = await readLink(path.join(folder, 'exe'));
  if (file !== undefined) return path.posix.basename(file.replace(/ \(deleted\)$/, ''));
  const name = (await readText(path.join(folder, 'comm'))).trim();
  return name === '' ? undefined : name;
}

// What is gone, or may not be read, is empty: processes come and go.
const readText = (file: string): Promise<string> =>
  new Promise((resolve) => fs.readFile(file, 'latin1', (error, text) => resolve(error === null ? text : '')));
const readNames = (folder: string): Promise<string[]> =>
  new Promise((resolve) => fs.readdir(folder, (error, names) => resolve(error === null ? names : [])));
const readLink = (file: string): Promise<string | undefined> =>
  new Promise((resolve) => fs.readlink(file, (error, link) => resolve(error === null ? link : undefined)));
