/** Which program owns the other end of a connection from this machine: what each system is asked, and what it says. */
import path from 'node:path';
import type { ClientProgram } from '../../contract/exchange.ts';
import { onPath, type Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import { linuxOwners } from './linux.ts';
import type { Owners, Wanted } from './wanted.ts';

/** A list of all connections should not take longer, ms. */
const TOOL_MS = 5000;

/** What this machine can be asked; undefined when it tells nobody. */
export function ownersOf(machine: Machine, run: RunTool): Owners | undefined {
  if (machine.platform === 'linux') return linuxOwners();
  if (machine.platform === 'darwin') {
    const lsof = onPath(machine, 'lsof') ?? '/usr/sbin/lsof';
    return async (wanted, proxyPort) => {
      const list = [lsof, '-nP', '+c', '0', `-iTCP:${proxyPort}`, '-sTCP:ESTABLISHED', '-F', 'pcn'];
      // It ends with 1 when a process is gone meanwhile, and has told of the others.
      return readLsof((await run(list, TOOL_MS)).output, wanted, proxyPort);
    };
  }
  if (machine.platform === 'win32')
    return async (wanted, proxyPort) => {
      const pids = readNetstat((await run(['netstat', '-ano', '-p', 'TCP'], TOOL_MS)).output, wanted, proxyPort);
      if (pids.size === 0) return new Map();
      return withNames(pids, (await run(['tasklist', '/FO', 'CSV', '/NH'], TOOL_MS)).output);
    };
  return undefined;
}

/** Lines of `lsof -F pcn`: `p` begins a process, `c` is its command, `n` one of its connections, `local->remote`. */
export function readLsof(output: string, wanted: readonly Wanted[], proxyPort: number): Map<number, ClientProgram> {
  const ports = new Set(wanted.map(({ port }) => port));
  const found = new Map<number, ClientProgram>();
  let pid = 0;
  let name = '';
  for (const line of output.split('\n')) {
    const text = line.slice(1).trimEnd();
    if (line.startsWith('p')) [pid, name] = [Number(text), ''];
    // lsof writes what is no letter as \x20.
    else if (line.startsWith('c'))
      name = text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    else if (line.startsWith('n')) {
      const arrow = text.indexOf('->');
      if (arrow < 0 || portAfter(text) !== proxyPort) continue;
      const port = portAfter(text.slice(0, arrow));
      if (ports.has(port) && name !== '') found.set(port, { name, pid });
    }
  }
  return found;
}

/** Lines of `netstat -ano`: protocol, local, remote, state in the person's language, process. */
export function readNetstat(output: string, wanted: readonly Wanted[], proxyPort: number): Map<number, number> {
  const ports = new Set(wanted.map(({ port }) => port));
  const found = new Map<number, number>();
  for (const line of output.split('\n')) {
    const words = line.trim().split(/\s{1,200}/);
    const [protocol, local, remote] = words;
    const pid = Number(words.at(-1));
    if (protocol !== 'TCP' || local === undefined || remote === undefined || words.length < 5) continue;
    // Of a connection that has ended nobody is the owner: process 0.
    if (portAfter(remote) !== proxyPort || !Number.isInteger(pid) || pid === 0) continue;
    const port = portAfter(local);
    if (ports.has(port)) found.set(port, pid);
  }
  return found;
}

/** Names out of the lines of `tasklist /FO CSV`: `"chrome.exe","1234",…`. */
export function withNames(pids: ReadonlyMap<number, number>, tasks: string): Map<number, ClientProgram> {
  const names = new Map<number, string>();
  for (const line of tasks.split('\n')) {
    const [, file, pid] = /^"([^"]{1,260})","(\d{1,10})"/.exec(line) ?? [];
    if (file !== undefined) names.set(Number(pid), path.win32.basename(file).replace(/\.exe$/i, ''));
  }
  const found = new Map<number, ClientProgram>();
  for (const [port, pid] of pids) {
    const name = names.get(pid);
    if (name !== undefined) found.set(port, { name, pid });
  }
  return found;
}

const portAfter = (text: string): number => Number(text.slice(text.lastIndexOf(':') + 1));
