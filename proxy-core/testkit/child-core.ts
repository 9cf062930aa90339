/** The headless program as a process of its own, for tests of what may never end it. Loopback and free ports only. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'cli.ts');

export interface ChildCore {
  readonly process: ChildProcess;
  readonly proxyPort: number;
  readonly controlPort: number;
  readonly token: string;
  readonly dataDir: string;
  /** What it wrote to standard error so far. */
  errors(): string;
  /** Resolves when standard error contains `needle`. */
  said(needle: string): Promise<void>;
  /** Fails with its last words when the process is gone; else its answer to GET /health. */
  health(): Promise<number>;
  /** Exit code or signal, when it has ended. */
  readonly ended: Promise<number | string>;
  stop(): Promise<number | string>;
}

function readyPorts(line: string): { proxy: string; control: string; token: string } {
  const raw: unknown = JSON.parse(line);
  if (
    typeof raw === 'object' &&
    raw !== null &&
    'proxy' in raw &&
    'control' in raw &&
    'token' in raw &&
    typeof raw.proxy === 'string' &&
    typeof raw.control === 'string' &&
    typeof raw.token === 'string'
  ) {
    return { proxy: raw.proxy, control: raw.control, token: raw.token };
  }
  throw new Error(`no ready line: ${line}`);
}

/** Starts the program from its sources and waits until it listens. */
export async function startChildCore(
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>>; dataDir?: string } = {},
): Promise<ChildCore> {
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-child-'));
  const child = spawn(
    process.execPath,
    [
      ENTRY,
      '--json',
      '--port',
      '0',
      '--control-port',
      '0',
      '--dial-allow',
      'loopback',
      '--data-dir',
      dataDir,
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    },
  );
  let text = '';
  const waiting = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    for (const look of waiting) look();
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'gone')),
  );
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then((how) => Promise.reject(new Error(`the core ended with ${how} before it was ready:\n${text}`))),
  ]);
  const { proxy, control, token } = readyPorts(line);
  const controlPort = Number(new URL(control).port);
  return {
    process: child,
    proxyPort: Number(proxy.slice(proxy.lastIndexOf(':') + 1)),
    controlPort,
    token,
    dataDir,
    ended,
    errors: () => text,
    said: (needle) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!text.includes(needle)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async health() {
      const answer = fetch(`http://127.0.0.1:${controlPort}/health`).then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      });
      return Promise.race([
        answer.catch(() => ended.then((how) => Promise.reject(new Error(`the core ended with ${how}:\n${text}`)))),
        ended.then((how) => Promise.reject(new Error(`the core ended with ${how}:\n${text}`))),
      ]);
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const how = await ended;
      if (options.dataDir === undefined) fs.rmSync(dataDir, { recursive: true, force: true });
      return how;
    },
  };
}
