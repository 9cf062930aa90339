/** Starts the built headless core with a data folder of its own and reads its ready line. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import type { Readable } from 'node:stream';
import { OUT } from './paths.ts';

export interface HeadlessApp {
  /** `host:port` of the proxy. */
  proxy: string;
  control: string;
  token: string;
  /** Address of the browser UI, with the token. */
  ui: string;
  pid: number;
  /** Standard error so far. */
  log(): string;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Ends it gracefully; resolves with its exit code. */
  stop(): Promise<number | null>;
}

interface ReadyLine {
  event: 'ready';
  proxy: string;
  control: string;
  token: string;
  ui: string;
}

function isReadyLine(raw: unknown): raw is ReadyLine {
  if (typeof raw !== 'object' || raw === null) return false;
  const fields = new Map<string, unknown>(Object.entries(raw));
  return (
    fields.get('event') === 'ready' &&
    ['proxy', 'control', 'token', 'ui'].every((name) => typeof fields.get(name) === 'string')
  );
}

/** The line a headless core prints when it is ready; rejects when it prints another one. Without one it never settles. */
export function readReadyLine(stdout: Readable): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    readline.createInterface({ input: stdout }).once('line', (line) => {
      const parsed: unknown = JSON.parse(line);
      if (isReadyLine(parsed)) resolve(parsed);
      else reject(new Error(`not a ready line: ${line}`));
    });
  });
}

export interface HeadlessOptions {
  port?: number;
  controlPort?: number;
  args?: string[];
  env?: Record<string, string>;
  /** An existing data folder, left alone at the end; else a new one, removed. */
  dataDir?: string;
}

/** Starts it and waits until it is ready. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<HeadlessApp> {
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-headless-'));
  const flags = [
    '--json',
    '--port',
    String(options.port ?? 0),
    '--control-port',
    String(options.controlPort ?? 0),
    '--data-dir',
    dataDir,
  ];
  const child = spawn(process.execPath, [path.join(OUT, 'core', 'cli.mjs'), ...flags, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BSDM_DIAL_ALLOW: 'loopback', ...options.env },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let isEnding = false;
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  void exited.then((code) => {
    if (!isEnding) console.error(`the core ended by itself with ${code}:\n${log}`);
  });
  const clean = (): void => {
    if (options.dataDir === undefined) fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const ready = await Promise.race([
    readReadyLine(child.stdout),
    exited.then((code) => Promise.reject(new Error(`the core ended with ${code} before it was ready:\n${log}`))),
  ]);
  return {
    proxy: ready.proxy,
    control: ready.control,
    token: ready.token,
    ui: ready.ui,
    pid: child.pid ?? 0,
    log: () => log,
    kill: async () => {
      isEnding = true;
      child.kill('SIGKILL');
      await exited;
      clean();
    },
    stop: async () => {
      isEnding = true;
      child.kill('SIGTERM');
      const code = await exited;
      clean();
      return code;
    },
  };
}
