/** A terminal whose shell has the environment of a client. Which program and how is decided; one spawn carries it out. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { clientVariables, shellLines, type ClientSetup } from '../../contract/client-environment.ts';
import { CommandError } from '../../contract/errors.ts';
import { noScreen } from '../browsers/find.ts';
import { childEnvironment, onPath, type Machine } from '../machine.ts';

/** A terminal of this machine, and the words that have it run a script. */
export interface FoundTerminal {
  name: string;
  argv: (script: string) => string[];
}

/** How each takes a command; the first that is there is used. */
const LINUX: readonly [program: string, ...words: string[]][] = [
  ['x-terminal-emulator', '-e'],
  ['gnome-terminal', '--'],
  ['konsole', '-e'],
  ['xfce4-terminal', '-x'],
  ['mate-terminal', '-x'],
  ['kitty'],
  ['alacritty', '-e'],
  ['xterm', '-e'],
];

export function findTerminal(machine: Machine): FoundTerminal | undefined {
  switch (machine.platform) {
    case 'darwin':
      return { name: 'Terminal', argv: (script) => ['/usr/bin/open', '-a', 'Terminal', script] };
    case 'win32':
      return { name: 'cmd', argv: (script) => ['cmd.exe', '/d', '/c', 'start', 'BSDM-Proxy', 'cmd.exe', '/k', script] };
    default: {
      for (const [program, ...words] of LINUX) {
        const file = onPath(machine, program);
        if (file !== undefined) return { name: program, argv: (script) => [file, ...words, '/bin/sh', script] };
      }
      return undefined;
    }
  }
}

/** What the terminal runs: the variables, then the shell of whoever opened it. */
export function terminalScript(setup: ClientSetup, platform: NodeJS.Platform): { name: string; text: string } {
  const variables = clientVariables(setup);
  if (platform === 'win32')
    return { name: 'terminal.cmd', text: ['@echo off', ...shellLines('cmd', variables), ''].join('\r\n') };
  const lines = [
    '#!/bin/sh',
    ...shellLines('bash', variables),
    `echo 'Through BSDM-Proxy at ${setup.proxy}'`,
    'cd',
    'exec "${SHELL:-/bin/sh}"',
    '',
  ];
  // A Terminal of macOS opens files of this name.
  return { name: platform === 'darwin' ? 'terminal.command' : 'terminal.sh', text: lines.join('\n') };
}

/** Opens one; it stays when the proxy ends. The script lies in `folder`. Resolves with the program's name. */
export async function openTerminal(machine: Machine, folder: string, setup: ClientSetup): Promise<string> {
  const screen = noScreen(machine);
  if (screen !== undefined) throw new CommandError('unavailable', `a terminal cannot be shown: ${screen}`);
  const found = findTerminal(machine);
  if (found === undefined)
    throw new CommandError('not-found', 'no terminal was found on this machine', 'Copy the lines into one.');
  const { name, text } = terminalScript(setup, machine.platform);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = path.join(folder, name);
  fs.writeFileSync(script, text, { mode: 0o700 });
  const [program = '', ...words] = found.argv(script);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, words, { detached: true, stdio: 'ignore', env: childEnvironment(machine) });
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new CommandError('unavailable', `${program} could not be started: ${error.message}`)),
    );
    child.unref();
  });
  return found.name;
}
