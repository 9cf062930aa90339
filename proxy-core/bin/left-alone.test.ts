/** As npx runs it: a shell in between, which ends and passes nothing on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const ENTRY = path.join(import.meta.dirname, 'cli.ts');

async function start(env: Record<string, string>) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-npx-'));
  // More than one command, or the shell would become the program.
  const line = '"$0" "$1" --json --port 0 --control-port 0 --dial-allow loopback --data-dir "$2"; exit $?';
  const shell = spawn('/bin/sh', ['-c', line, process.execPath, ENTRY, dataDir], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  shell.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [ready] = (await once(createInterface({ input: shell.stdout }), 'line')) as [string];
  const { control } = JSON.parse(ready) as { control: string };
  return { shell, dataDir, said: () => said, control };
}

it.skipIf(process.platform === 'win32')(
  'the core ends as by a signal when the npx that started it has ended',
  async () => {
    const { shell, dataDir, said, control } = await start({ npm_command: 'exec' });
    const over = once(shell, 'close');
    shell.kill('SIGKILL');
    // Its output is closed only when the core has ended, too.
    await over;
    expect(said()).toContain('stopping');
    await expect(fetch(`${control}/health`)).rejects.toThrow();
    fs.rmSync(dataDir, { recursive: true });
  },
);
