/** Which program holds a port, where the system tells: /proc on Linux, `lsof` on macOS, `netstat` and `tasklist` on Windows. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';

const TOOL_MS = 2000;
const MAX_OUTPUT = 4 * 1024 * 1024;
/** So many open files of others are looked at. */
const MAX_LINKS = 200_000;
const MAX_NAME = 80;

export interface PortHolder {
  name: string;
  pid: number;
}

/** The program that listens on this port; undefined when it is not told, as for one of another user. */
export async function findPortHolder(port: number, platform = process.platform): Promise<PortHolder | undefined> {
  try {
    switch (platform) {
      case 'linux':
        return await onLinux(port);
      case 'darwin':
        return parseLsof(await output('/usr/sbin/lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']));
      case 'win32':
        return await onWindows(port);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** Numbers of the sockets that listen on the port, out of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const words = line.split(' ').filter((word) => word !== '');
    // Local address, remote address, state (0A listens) …, inode.
    const inode = words[9];
    return words[1]?.endsWith(wanted) === true && words[3] === '0A' && inode !== undefined && inode !== '0'
      ? [inode]
      : [];
  });
}

async function onLinux(port: number): Promise<PortHolder | undefined> {
  const table = (name: string): Promise<string> => fs.promises.readFile(`/proc/net/${name}`, 'latin1').catch(() => '');
  const sockets = new Set(
    (await Promise.all(['tcp', 'tcp6'].map(table))).flatMap((text) =>
      listeningInodes(text, port).map((inode) => `socket:[${inode}]`),
    ),
  );
  if (sockets.size === 0) return undefined;
  let looked = 0;
  for (const pid of await fs.promises.readdir('/proc')) {
    if (!Number.isSafeInteger(Number(pid))) continue;
    // Those of others may not be read.
    const files = await fs.promises.readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      if (++looked > MAX_LINKS) return undefined;
      const target = await fs.promises.readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (sockets.has(target))
        return named(await fs.promises.readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''), Number(pid));
    }
  }
  return undefined;
}

/** Lines of `lsof -Fpc`: `p` and the process, then `c` and its name. */
export function parseLsof(text: string): PortHolder | undefined {
  const lines = text.split('\n');
  const of = (kind: string): string => lines.find((line) => line.startsWith(kind))?.slice(1) ?? '';
  return named(of('c'), Number(of('p')));
}

/** The process that listens, out of `netstat -ano -p TCP`, whatever language it speaks. */
export function parseNetstat(text: string, port: number): number | undefined {
  for (const line of text.split('\n')) {
    const words = line
      .trim()
      .split(' ')
      .filter((word) => word !== '');
    const remote = words[2];
    if (words.length === 5 && words[1]?.endsWith(`:${port}`) === true && remote?.endsWith(':0') === true)
      return Number(words[4]);
  }
  return undefined;
}

async function onWindows(port: number): Promise<PortHolder | undefined> {
  const folder = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32`;
  const pid = parseNetstat(await output(`${folder}\\netstat.exe`, ['-ano', '-p', 'TCP']), port);
  if (pid === undefined) return undefined;
  const list = await output(`${folder}\\tasklist.exe`, ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return named(list.startsWith('"') ? list.slice(1, list.indexOf('"', 1)) : '', pid);
}

function named(name: string, pid: number): PortHolder | undefined {
  const text = name.trim().slice(0, MAX_NAME);
  return text === '' || !Number.isSafeInteger(pid) || pid <= 0 ? undefined : { name: text, pid };
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { encoding: 'utf8', timeout: TOOL_MS, maxBuffer: MAX_OUTPUT, windowsHide: true },
      (error, text) => {
        if (error === null) resolve(text);
        else reject(new Error(error.message, { cause: error }));
      },
    );
  });
}
