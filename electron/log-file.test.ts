import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LogFile } from './log-file.ts';

const at = new Date(0);

function makeFolder(): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-log-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  return path.join(dir, 'logs');
}

test('keeps to its size, the newest first, in five files', () => {
  const folder = makeFolder();
  for (let n = 0; n < 100; n++) new LogFile(folder, 200).add('core', `line ${n}\n\nsecond ${n}`, at);
  expect(fs.readdirSync(folder).sort()).toEqual([
    'bsdm-proxy.1.log',
    'bsdm-proxy.2.log',
    'bsdm-proxy.3.log',
    'bsdm-proxy.4.log',
    'bsdm-proxy.log',
  ]);
  for (const name of fs.readdirSync(folder)) expect(fs.statSync(path.join(folder, name)).size).toBeLessThanOrEqual(200);
  expect(new LogFile(folder, 200).tail(1)).toBe('1970-01-01T00:00:00.000Z core: second 99');
});

test('a folder that cannot be written stops nobody; what is lost is counted', () => {
  const folder = makeFolder();
  fs.writeFileSync(folder, 'a file in its place');
  const log = new LogFile(folder);
  log.add('core', 'words');
  expect(log.lost).toBe(2);
  expect(log.tail(5)).toBe('');
});
