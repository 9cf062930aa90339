import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'proxy-core/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    environment: 'node',
    // Tests reach only loopback: the dial guard is read by the composition root (see proxy-core/net/origin/dial-guard.ts).
    env: { BSDM_DIAL_ALLOW: 'loopback' },
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
