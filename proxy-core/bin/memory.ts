/**
 * How much V8 may take: bounds that follow from the capture's budget, since without them the old generation grows to
 * several times what lives in it before it is collected, and the young one to 192 MB. Bodies and the cache lie outside
 * V8's heap and have bounds of their own.
 */
import path from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
/** What the core needs with nothing captured, and in flight, MiB. */
const BASE_MIB = 256;
/** Old generation for each byte of captured records: what lives, and as much again that is not yet collected. */
const PER_CAPTURED_BYTE = 2;
/** One half of the young generation, MiB; it has three. */
const SEMI_SPACE_MIB = 8;
/** Growth of the old generation between two collections, percent, where its size could not be set at the start. */
const GROWTH_PERCENT = 40;

/** The old generation for a capture of so many bytes, MiB. */
export function oldGenerationMiB(captureMaxBytes: number): number {
  return BASE_MIB + Math.ceil((PER_CAPTURED_BYTE * captureMaxBytes) / MIB);
}

/** The capture that fits into a heap with this limit, bytes: the reverse of {@link oldGenerationMiB}. */
export function captureRoomBytes(heapLimitBytes: number): number {
  return Math.max(MIB, (heapLimitBytes - 3 * SEMI_SPACE_MIB * MIB - BASE_MIB * MIB) / PER_CAPTURED_BYTE);
}

/**
 * Threads that mark and compile beside the one that serves. Each takes a whole share of a processor they have to share:
 * with node's four, whoever asks while the heap is marked waits for tens of milliseconds.
 */
const HELPERS = '--v8-pool-size=1';

/** glibc's number of heaps; also spelled as nobody else does, so that it is known as ours. */
const ARENAS = 'MALLOC_ARENA_MAX';
const ONE_ARENA = '01';

/**
 * The environment it is started anew with: one heap of malloc for all threads, since what V8's helpers leave behind in
 * heaps of their own is used by nobody else (15 to 20 MiB). What somebody has set stays.
 */
export function boundedEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { [ARENAS]: ONE_ARENA, ...environment };
}

/** What was set for this process alone is not for the programs it starts. */
export function forgetBounds(environment: NodeJS.ProcessEnv): void {
  if (environment[ARENAS] === ONE_ARENA) delete environment[ARENAS];
}

/** Node's flags for a capture of so many bytes; undefined when whoever started it has set bounds already. */
export function boundingFlags(
  captureMaxBytes: number,
  execArgv: readonly string[],
  nodeOptions: string,
): string[] | undefined {
  if ([...execArgv, nodeOptions].some((text) => /--(max|min|initial)[-_](old|semi|heap)/.test(text))) return undefined;
  return [
    `--max-old-space-size=${oldGenerationMiB(captureMaxBytes)}`,
    `--max-semi-space-size=${SEMI_SPACE_MIB}`,
    ...([...execArgv, nodeOptions].some((text) => /--v8[-_]pool/.test(text)) ? [] : [HELPERS]),
  ];
}

/** Starts this very process anew with the bounds, which V8 takes at its start only; where that cannot be, goes on with {@link slowGrowth}. */
export function restartBounded(captureMaxBytes: number): void {
  const flags = boundingFlags(captureMaxBytes, process.execArgv, process.env['NODE_OPTIONS'] ?? '');
  const [, script, ...args] = process.argv;
  if (flags === undefined || script === undefined) {
    forgetBounds(process.env);
    return;
  }
  try {
    // Same process, same descriptors; Windows has no such call.
    if (process.platform !== 'win32')
      process.execve?.(
        process.execPath,
        [process.execPath, ...process.execArgv, ...flags, path.resolve(script), ...args],
        boundedEnvironment(process.env),
      );
  } catch {
    // Not permitted here.
  }
  slowGrowth();
}

/** Keeps the old generation near what lives in it. */
export function slowGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/** What this process can capture, bytes. */
export function availableCaptureBytes(): number {
  return captureRoomBytes(getHeapStatistics().heap_size_limit);
}

let collect: NodeJS.GCFunction | undefined;

/**
 * Gives back to the system what is no longer used. V8 does so only when something is allocated, and an idle proxy
 * allocates nothing. Stops everything for tens of ms: for what a person asked for.
 */
export function releaseMemory(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('globalThis.gc');
    setFlagsFromString('--no-expose-gc');
    if (typeof found !== 'function') return;
    collect = found as NodeJS.GCFunction;
  }
  void collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
