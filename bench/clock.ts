/**
 * node bench/clock.ts [--cli FILE]
 * A core under libfaketime whose machine sleeps or whose clock is set while it runs, and what it then says: the age of an entry
 * stored before (fresh for three hours) and of one fresh for 90 minutes, the Date of a page of its own, the time of an event.
 * Linux, as root: the time since boot is a file mounted over /proc/uptime in a mount namespace of the core's own.
 * Needs the Debian package faketime. --cli takes another core's proxy-core/bin/cli.ts, to compare.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ask } from '../proxy-core/testkit/clients.ts';

const { values } = parseArgs({
  options: { cli: { type: 'string', default: path.join(import.meta.dirname, '..', 'proxy-core', 'bin', 'cli.ts') } },
});
const HOUR = 3600;

interface Scenario {
  name: string;
  /** Seconds the clock on the wall, and the time since boot, go forward while the process's own clock stands. */
  wall: number;
  boot: number;
  /** Seconds the machine had slept before the core started, as its time since boot counts them. */
  sleptBefore: number;
  expectAge: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'slept 2 h', wall: 2 * HOUR, boot: 2 * HOUR, sleptBefore: 0, expectAge: 2 * HOUR },
  {
    name: 'slept 2 h, and before the start',
    wall: 2 * HOUR,
    boot: 2 * HOUR,
    sleptBefore: 8 * HOUR,
    expectAge: 2 * HOUR,
  },
  {
    name: 'held 2 h by its host (only the clock on the wall moves)',
    wall: 2 * HOUR,
    boot: 0,
    sleptBefore: 0,
    expectAge: 2 * HOUR,
  },
  { name: 'clock set 1 h forward, machine known to sleep', wall: HOUR, boot: 0, sleptBefore: 8 * HOUR, expectAge: 0 },
  { name: 'clock set 1 h back, machine known to sleep', wall: -HOUR, boot: 0, sleptBefore: 8 * HOUR, expectAge: 0 },
  { name: 'clock set 1 h forward, never slept', wall: HOUR, boot: 0, sleptBefore: 0, expectAge: HOUR },
  { name: 'clock set 1 h back, never slept', wall: -HOUR, boot: 0, sleptBefore: 0, expectAge: 0 },
];

function findLibrary(): string {
  const found = fs.globSync('/usr/lib/*/faketime/libfaketime.so.1')[0];
  if (found === undefined) throw new Error('libfaketime is not installed: apt-get install faketime');
  return found;
}

async function run(scenario: Scenario): Promise<boolean> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-clock-'));
  const stamp = path.join(dir, 'stamp');
  const boot = path.join(dir, 'uptime');
  const setWall = (seconds: number): void => fs.writeFileSync(stamp, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  const bootAtStart = os.uptime() + scenario.sleptBefore;
  const setBoot = (seconds: number): void => fs.writeFileSync(boot, `${(bootAtStart + seconds).toFixed(2)} 0.00\n`);
  setWall(0);
  setBoot(0);
  let wall = 0;
  const origin = http.createServer((request, response) => {
    response.sendDate = false;
    response.setHeader('Date', new Date(Date.now() + wall * 1000).toUTCString());
    response.setHeader(
      'Cache-Control',
      `max-age=${request.url === '/long' || request.url === '/later' ? 3 * HOUR : 1.5 * HOUR}`,
    );
    response.end('content');
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const core = spawn(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      `mount --bind ${boot} /proc/uptime && exec "$@"`,
      'sh',
      'env',
      `LD_PRELOAD=${findLibrary()}`,
      process.execPath,
      values.cli,
      '--json',
      '--port',
      '0',
      '--control-port',
      '0',
      '--dial-allow',
      'loopback',
      '--data-dir',
      dir,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        FAKETIME_TIMESTAMP_FILE: stamp,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    },
  );
  const ended = new Promise((resolve) => core.once('close', resolve));
  try {
    const line = await new Promise<string>((resolve) => createInterface({ input: core.stdout }).once('line', resolve));
    // The file stands still between two writings: what passes is counted from here, or a slow start would look like sleep.
    const readyAt = performance.now();
    const { proxy, control, token } = JSON.parse(line) as { proxy: string; control: string; token: string };
    const port = Number(proxy.split(':').at(-1));
    const get = (name: string) => ask(port, `http://127.0.0.1:${(origin.address() as AddressInfo).port}/${name}`);
    await get('long');
    await get('short');
    ({ wall } = scenario);
    setWall(wall);
    setBoot((performance.now() - readyAt) / 1000 + scenario.boot);
    const [long, short, page] = [await get('long'), await get('short'), await ask(port, '/nothing-here')];
    await get('later');
    const later = await get('later');
    const events = (await (
      await fetch(`${control}/api/events?q=later&limit=1`, { headers: { Authorization: `Bearer ${token}` } })
    ).json()) as { events: { timestamp_ms: number }[] };
    const expected = Date.now() + wall * 1000;
    const off = (ms: number): number => Math.round((ms - expected) / 1000);
    const age = Number(long.fields['age'] ?? NaN);
    const seen = {
      age,
      dateOff: off(Date.parse(page.fields.date ?? '')),
      eventOff: off(events.events[0]?.timestamp_ms ?? NaN),
      laterAge: Number(later.fields['age'] ?? NaN),
    };
    const good =
      Math.abs(age - scenario.expectAge) <= 5 &&
      Math.abs(seen.dateOff) <= 5 &&
      Math.abs(seen.eventOff) <= 5 &&
      seen.laterAge <= 5;
    console.log(`${good ? 'as meant' : 'NOT AS MEANT'}  ${scenario.name}`);
    console.log(
      `    fresh 3 h: ${String(long.fields['x-cache-status'])}, Age ${age}    fresh 1.5 h: ${String(short.fields['x-cache-status'])}    stored afterwards: ${String(later.fields['x-cache-status'])}, Age ${seen.laterAge}    Date off by ${seen.dateOff} s, event by ${seen.eventOff} s`,
    );
    return good;
  } finally {
    core.kill('SIGTERM');
    await ended;
    origin.close();
    origin.closeAllConnections();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

let failures = 0;
for (const scenario of SCENARIOS) if (!(await run(scenario))) failures++;
process.exitCode = failures === 0 ? 0 : 1;
