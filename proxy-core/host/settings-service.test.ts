import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../contract/errors.ts';
import type { Override } from './options.ts';
import type { SettingKey } from '../contract/settings.ts';
import { SettingsService } from './settings-service.ts';

let dir: string;
let file: string;
let reports: string[];
const open = (overrides: [SettingKey, Override][] = []): SettingsService =>
  new SettingsService(file, new Map(overrides), (message) => reports.push(message));

beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-settings-'));
  file = path.join(dir, 'settings.json');
  reports = [];
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

it('keeps what was changed, and nothing else', () => {
  open().update({ cacheCapacity: 5 });
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({ version: 1, settings: { cacheCapacity: 5 } });
  const again = open();
  expect(again.current().cacheCapacity).toBe(5);
  expect(again.snapshot().cacheCapacity).toEqual({ value: 5, source: 'saved', locked: false });
  expect(again.snapshot().port).toEqual({ value: 1488, source: 'default', locked: false });
});

it('shows and guards what came from outside', () => {
  const service = open([['port', { value: 9, source: 'env', origin: 'HTTP_PORT' }]]);
  expect(service.snapshot().port).toEqual({ value: 9, source: 'env', locked: true });
  expect(() => service.update({ port: 10, cacheCapacity: 1 })).toThrow(/port is set by the environment \(HTTP_PORT\)/);
  expect(service.current().cacheCapacity).toBe(10_000);
});

it.each(['{', '[]', '{"version":9,"settings":{}}', ''])('sets the damaged file %j aside and says so', (text) => {
  fs.writeFileSync(file, text);
  const service = open();
  expect(service.current().port).toBe(1488);
  expect(reports[0]).toContain('settings.json is damaged');
  expect(fs.readdirSync(dir).filter((name) => name.includes('damaged'))).toHaveLength(1);
});

it('leaves out single values that cannot be used', () => {
  fs.writeFileSync(file, JSON.stringify({ version: 1, settings: { port: 'x', nonsense: 1, cacheCapacity: 7 } }));
  expect(open().current()).toMatchObject({ port: 1488, cacheCapacity: 7 });
  expect(reports).toHaveLength(2);
});

it('never shows a secret', () => {
  const service = open();
  service.update({ kafkaPassword: 'hush' });
  expect(service.snapshot().kafkaPassword).toEqual({ value: '', source: 'saved', locked: false, isSet: true });
  expect(fs.statSync(file).mode & 0o077).toBe(0);
});

it('tells what changed, and only that', () => {
  const service = open();
  const told: (readonly string[])[] = [];
  service.subscribe((changed) => told.push(changed));
  service.update({ cacheCapacity: 10_000, port: 5 });
  service.reset(['port']);
  service.reset(['port']);
  expect(told).toEqual([['port'], ['port']]);
});

it('says when it cannot save, and stays as it was', () => {
  fs.writeFileSync(path.join(dir, 'blocked'), '');
  const service = new SettingsService(path.join(dir, 'blocked', 'settings.json'), new Map(), () => undefined);
  expect(() => service.update({ port: 5 })).toThrow(CommandError);
  expect(service.current().port).toBe(1488);
});

describe('what a killed program left behind', () => {
  const names = (): string[] => fs.readdirSync(dir).sort();
  /** A process that has ended: its id belongs to nobody, or to a stranger that began just now. */
  const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  it('is removed at the next start, and nothing else is', () => {
    // Our own id was an earlier process's: nothing is being written yet.
    const left = [`settings.json.${deadPid()}.tmp`, `settings.json.${process.pid}.tmp`];
    const others = [
      `settings.json.${process.ppid}.tmp`,
      'settings.json.x.tmp',
      'settings.json.1.tmp.bak',
      'other.json.1.tmp',
    ];
    for (const name of [...left, ...others]) fs.writeFileSync(path.join(dir, name), '{');
    open();
    expect(names()).toEqual(others.sort());
  });

  it('is removed when it is old, although a process has its number', () => {
    const old = path.join(dir, `settings.json.${process.ppid}.tmp`);
    fs.writeFileSync(old, '{');
    fs.utimesSync(old, new Date(0), new Date(0));
    open();
    expect(names()).toEqual([]);
  });

  it('in a folder that cannot be read stops nothing', () => {
    expect(
      new SettingsService(path.join(dir, 'no', 'such', 'settings.json'), new Map(), (message) =>
        reports.push(message),
      ).current().port,
    ).toBe(1488);
    expect(reports).toEqual([]);
  });

  it('damaged files set aside are kept, the newest five of them', () => {
    for (let i = 0; i < 8; i++)
      fs.writeFileSync(path.join(dir, `settings.json.damaged-2024-01-0${i + 1}T00-00-00-000Z`), '');
    fs.writeFileSync(file, '{');
    open();
    const kept = names();
    expect(kept).toHaveLength(5);
    expect(kept[0]).toBe('settings.json.damaged-2024-01-05T00-00-00-000Z');
  });
});
