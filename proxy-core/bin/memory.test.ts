import { expect, it } from 'vitest';
import { SETTING_SPECS } from '../contract/setting-specs.ts';
import {
  availableCaptureBytes,
  boundedEnvironment,
  boundingFlags,
  captureRoomBytes,
  forgetBounds,
  oldGenerationMiB,
  releaseMemory,
} from './memory.ts';

const MIB = 1024 * 1024;

it('bounds the old generation by the capture it has to hold', () => {
  expect(SETTING_SPECS.captureMaxBytes.default).toBe(128 * MIB);
  expect(boundingFlags(128 * MIB, [], '')).toEqual([
    '--max-old-space-size=512',
    '--max-semi-space-size=8',
    '--v8-pool-size=1',
  ]);
  expect(boundingFlags(1024 * MIB, ['--inspect'], '--enable-source-maps')).toEqual([
    '--max-old-space-size=2304',
    '--max-semi-space-size=8',
    '--v8-pool-size=1',
  ]);
});

it('leaves alone what whoever started it has set', () => {
  expect(boundingFlags(MIB, ['--max-old-space-size=300'], '')).toBeUndefined();
  expect(boundingFlags(MIB, [], '--max_old_space_size=300')).toBeUndefined();
  expect(boundingFlags(MIB, ['--max-semi-space-size=4'], '')).toBeUndefined();
  expect(boundingFlags(MIB, ['--v8-pool-size=2'], '')).toHaveLength(2);
});

it('has one heap of malloc, which the programs it starts do not inherit', () => {
  const environment = boundedEnvironment({ PATH: '/bin' });
  expect(environment).toEqual({ PATH: '/bin', MALLOC_ARENA_MAX: '01' });
  forgetBounds(environment);
  expect(environment).toEqual({ PATH: '/bin' });
  const own = boundedEnvironment({ MALLOC_ARENA_MAX: '4' });
  forgetBounds(own);
  expect(own).toEqual({ MALLOC_ARENA_MAX: '4' });
});

it('finds room for just the capture a heap was made for', () => {
  for (const bytes of [MIB, 128 * MIB, 2048 * MIB])
    expect(captureRoomBytes((oldGenerationMiB(bytes) + 24) * MIB)).toBe(bytes);
  expect(captureRoomBytes(100 * MIB)).toBe(MIB);
  expect(availableCaptureBytes()).toBeGreaterThan(MIB);
});

it('frees what nobody holds any more', () => {
  let bytes: Uint8Array | undefined = new Uint8Array(64 * MIB).fill(1);
  const held = process.memoryUsage().arrayBuffers;
  const weak = new WeakRef(bytes);
  bytes = undefined;
  return new Promise<void>((resolve) => {
    // A WeakRef made in this turn keeps its target until the turn is over.
    setImmediate(() => {
      releaseMemory();
      expect(weak.deref()).toBeUndefined();
      expect(process.memoryUsage().arrayBuffers).toBeLessThanOrEqual(held - 63 * MIB);
      resolve();
    });
  });
});
