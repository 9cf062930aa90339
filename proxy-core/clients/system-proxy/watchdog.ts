/**
 * The small process that outlives the proxy. It holds a connection to it: the system closes that when the proxy dies, however it
 * dies, and then what the proxy settings were before is put back.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { childEnvironment, type Machine } from '../machine.ts';
import { readJournal, type Journal } from './journal.ts';
import type { SystemProxy } from './system-proxy.ts';

/** How often it looks whether it is still needed, ms. */
const NEEDED_MS = 1000;
/** A proxy closes connections that ask nothing; one that listens on is alive, ms between two connections. */
const AGAIN_MS = 100;
/** A port that refused may be one that moves; so often, then it is dead. */
const TRIES = 2;

/** Ends when the journal is not its own any more, or everything was put back. */
export async function watch(
  systemProxy: SystemProxy,
  folder: string,
  owner: string,
  onWatching: () => void,
): Promise<void> {
  const mine = (): Journal | undefined => {
    const journal = readJournal(folder, () => undefined);
    return journal?.owner === owner ? journal : undefined;
  };
  // Whoever ends all programs of a session ends the proxy too: what counts is that.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
  for (let failures = 0; failures < TRIES;) {
    const journal = mine();
    if (journal === undefined) return;
    const socket = net.connect({ host: journal.host, port: journal.port });
    const needed = setInterval(() => {
      if (mine() === undefined) socket.destroy();
    }, NEEDED_MS);
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      failures = -1;
      onWatching();
    });
    // once() of node:events would reject with the error that is expected here.
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(needed);
    failures++;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  await systemProxy.restore({ owner });
}

/** Starts the watchdog out of its file. Answers its process id. */
export async function startWatchdog(machine: Machine, file: string, folder: string, journal: Journal): Promise<number> {
  const child = spawn(process.execPath, [file, folder, journal.owner], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: childEnvironment(machine),
    cwd: folder,
    windowsHide: true,
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`nothing listens on ${journal.host}:${journal.port}, or the watchdog could not be started`);
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  child.stdout.destroy();
  child.unref();
  return child.pid ?? 0;
}
