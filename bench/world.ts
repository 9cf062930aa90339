/** A temporary folder, an origin and the processes of a run, and the end of all of them. */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { memoryLatencyNs } from './machine.ts';
import { startOrigin } from './origin.ts';
import { startOurs, startPeers, type Peer, type World } from './peers.ts';
import { OURS } from './targets.ts';

export interface WorldOptions {
  readonly bigBytes: number;
  /** Folder of another built core to measure beside ours. */
  readonly old?: string | undefined;
  /** Names of the other programs; all unless told. */
  readonly peers?: readonly string[];
  /** False when the story starts a core of its own. */
  readonly ours?: boolean;
}

/** Calls `body` with everything running and ends everything, whatever happens. */
export async function inWorld<T>(options: WorldOptions, body: (world: World) => Promise<T>): Promise<T> {
  const load = os.loadavg()[0]!;
  if (load > 1)
    console.error(
      `Warning: the load average is ${load.toFixed(1)}; the machine does other work, so these numbers are rough.`,
    );
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bsdm-bench-'));
  chmodSync(folder, 0o777);
  const children: ChildProcess[] = [];
  const ours: Peer[] = [];
  const endChildren = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.once('exit', endChildren);
  try {
    const origin = await startOrigin(folder, options.bigBytes, children);
    if (options.ours !== false) ours.push(await startOurs(OURS));
    if (options.old !== undefined) ours.push(await startOurs('old', options.old));
    const { peers, missing } = await startPeers(folder, origin, children, options.peers);
    for (const name of missing) console.error(`Left out, not installed or not starting: ${name}`);
    return await body({ folder, origin, peers: [...ours, ...peers], missing });
  } finally {
    for (const peer of ours) await peer.core?.stop();
    endChildren();
    process.off('exit', endChildren);
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resident memory of a process, MiB. */
export const rssMiB = (pid: number): number =>
  Number(/VmRSS:\s{1,20}(\d{1,20})/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** What a result belongs to: commit (with + when files differ from it), processor, versions, how fast memory is now. */
export function headline(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  let commit = 'no git';
  try {
    commit = git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', '..') === '' ? '' : '+');
  } catch {
    // Not a checkout.
  }
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, Node ${process.versions.node}, ${os.cpus()[0]?.model ?? ''} × ${os.cpus().length}, load at start ${os.loadavg()[0]!.toFixed(1)}, a read in 256 KiB ${memoryLatencyNs(256 * 1024).toFixed(0)} ns, in 4 MiB ${memoryLatencyNs(4 * 1024 * 1024).toFixed(0)} ns`;
}
