/** wrk as the load: run it, and read what it prints. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface WrkResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Socket errors and answers other than 2xx and 3xx. */
  readonly errors: number;
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function readMs(text: string, label: string): number {
  const [, value, unit] =
    new RegExp(String.raw`^ {1,20}${label}% {1,20}([\d.]{1,20})(us|ms|s|m)`, 'm').exec(text) ?? [];
  return value === undefined || unit === undefined ? NaN : Number(value) * UNIT_MS[unit]!;
}

/** What `wrk --latency` printed. Throws when there is no result in it. */
export function readWrk(text: string): WrkResult {
  const perSecond = Number(/^Requests\/sec: {1,20}([\d.]{1,20})/m.exec(text)?.[1]);
  if (!Number.isFinite(perSecond)) throw new Error(`wrk printed no result: ${text.slice(0, 400)}`);
  const socket = /Socket errors: connect (\d{1,12}), read (\d{1,12}), write (\d{1,12}), timeout (\d{1,12})/.exec(text);
  const bad = /Non-2xx or 3xx responses: (\d{1,12})/.exec(text)?.[1];
  const errors = [...(socket?.slice(1) ?? []), bad ?? '0'].reduce((sum, count) => sum + Number(count), 0);
  return { perSecond, p50Ms: readMs(text, '50'), p99Ms: readMs(text, '99'), errors };
}

/** What is asked for: one path, `unique` ones, or `mix`: 1,000 by Zipf with two sets of header fields. */
export interface Ask {
  readonly path: string;
  readonly kind: 'one' | 'mix' | 'unique';
}

/** `base` goes before each path: the origin's URL for forward proxies, nothing for reverse ones. */
export async function runWrk(
  port: number,
  base: string,
  host: string,
  ask: Ask,
  connections: number,
  seconds: number,
): Promise<WrkResult> {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '10s',
    '--latency',
    '-s',
    join(import.meta.dirname, 'load.lua'),
    `http://127.0.0.1:${port}`,
    '--',
    base,
    host,
    ask.path,
    ask.kind,
    String(Math.floor(Math.random() * 1e9)),
  ];
  return readWrk((await run('wrk', args)).stdout);
}
