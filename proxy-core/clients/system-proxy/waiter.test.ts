import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { waiterLine } from './waiter.ts';

const isWindows = process.platform === 'win32';

/** What the waiter's program said when its input has ended, with and without a line before. */
async function waited(input: string): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bsdm it's a $HOME-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const program = path.join(folder, 'put "back');
  fs.writeFileSync(program, '#!/bin/sh\necho "put back $*"\n', { mode: 0o755 });
  const { program: shell, args } = waiterLine({ platform: 'linux', env: {} }, [program, '--switch', 'an owner']);
  const child = spawn(shell, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(input);
  await once(child, 'close');
  return said;
}

it.skipIf(isWindows)('becomes the program that puts back when the other end of its pipe is closed', async () => {
  expect(await waited('')).toBe('put back --switch an owner\n');
});

it.skipIf(isWindows)('ends when it is told to', async () => {
  expect(await waited('done\n')).toBe('');
});

it("waits in Windows' own shell, the program quoted beside it", () => {
  const machine = { platform: 'win32', env: { SystemRoot: 'D:\\Windows' } } as const;
  expect(waiterLine(machine, ['C:\\100% & more\\BSDM-Proxy.exe', '--bsdm-put-back', 'owner'])).toEqual({
    program: 'D:\\Windows\\System32\\cmd.exe',
    args: ['/d', '/s', '/c', '"set /p BSDM_LINE= || %BSDM_RESTORE%"'],
    env: { BSDM_RESTORE: '"C:\\100% & more\\BSDM-Proxy.exe" "--bsdm-put-back" "owner"' },
    verbatim: true,
  });
});
