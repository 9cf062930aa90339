/** The built headless core as a process of its own, for measurement programs. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface CoreProcess {
  proxyPort: number;
  control: string;
  token: string;
  pid: number;
  /** One call of the control API, GET unless told otherwise. Throws on any answer but 2xx. */
  api<T>(path: string, send?: { method: 'PATCH' | 'POST' | 'PUT' | 'DELETE'; json: object }): Promise<T>;
  /** Resident memory, MiB (Linux). */
  rssMiB(): number;
  /** CPU time used so far, seconds (Linux). */
  cpuSeconds(): number;
  /** Address of its debugger, when started with `inspect`. */
  inspector?: string;
  stop(): Promise<void>;
}

/** How it is started, beside its own flags. */
export interface CoreProcessOptions {
  /** Folder of the built core; this checkout's unless told otherwise. */
  coreDir?: string;
  /** With a debugger on a free loopback port. */
  inspect?: boolean;
  /** Flags of node itself. */
  nodeFlags?: readonly string[];
  /** Gets what it prints on standard output, in pieces. */
  onOutput?: (text: string) => void;
  /** With this limit of open files (POSIX). */
  files?: number;
}

/** Starts it on free ports; `cpu` pins it (Linux taskset). */
export async function startCoreProcess(
  flags: readonly string[],
  cpu?: number,
  options: CoreProcessOptions = {},
): Promise<CoreProcess> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-bench-'));
  const cli = path.join(options.coreDir ?? path.join(import.meta.dirname, '..', 'out', 'core'), 'cli.mjs');
  const nodeFlags = [...(options.nodeFlags ?? []), ...(options.inspect ? ['--inspect=127.0.0.1:0'] : [])];
  const command = [
    process.execPath,
    ...nodeFlags,
    cli,
    '--json',
    '--port',
    '0',
    '--control-port',
    '0',
    '--data-dir',
    dataDir,
    '--dial-allow',
    'loopback',
    ...flags,
  ];
  const pinned = cpu === undefined ? command : ['taskset', '-c', String(cpu), ...command];
  const [program, ...args] =
    options.files === undefined ? pinned : ['bash', '-c', `ulimit -n ${options.files}; exec "$@"`, 'bash', ...pinned];
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(0, 4096)));
  const line = await new Promise<string>((resolve, reject) => {
    // Flags of node may make it print before and after; the ready line is the JSON.
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      options.onOutput?.(text);
      const found = /^\{.*$/m.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) =>
      reject(new Error(`the core ended with ${code} before it was ready: ${errors.trim()}`)),
    );
  });
  const ready = JSON.parse(line) as { proxy: string; control: string; token: string };
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    proxyPort: Number(ready.proxy.split(':').at(-1)),
    control: ready.control,
    token: ready.token,
    pid: child.pid!,
    ...(options.inspect && { inspector: errors.match(/ws:\/\/\S+/g)?.at(-1) ?? '' }),
    api: async <T>(where: string, send?: { method: string; json: object }) => {
      const answer = await fetch(ready.control + where, {
        headers: { Authorization: `Bearer ${ready.token}` },
        ...(send && { method: send.method, body: JSON.stringify(send.json) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    rssMiB: () =>
      Math.round(Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024),
    cpuSeconds: () => {
      // Fields 14 and 15 (user, system) in ticks of 10 ms; the program's name before them may hold spaces.
      const fields = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks every 50 ms until it is so; throws after `ms`. */
export async function untilTrue(isSo: () => Promise<boolean>, ms: number, what: string): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(50);
  }
}
