import { expect, test } from 'vitest';
import { memoryByKind } from './process-memory.ts';

test('processes of a kind are taken together, the core tells its own', () => {
  const of = (type: string, workingSetSize: number, serviceName?: string) => ({
    type,
    memory: { workingSetSize },
    ...(serviceName !== undefined && { serviceName }),
  });
  expect(
    memoryByKind(
      [
        of('Browser', 100),
        of('Tab', 10),
        of('Tab', 5),
        of('GPU', 7),
        of('Zygote', 2),
        of('Utility', 3, 'network'),
        of('Utility', 50, 'core'),
      ],
      'core',
    ),
  ).toEqual([
    { kind: 'shell', bytes: 102_400 },
    { kind: 'window', bytes: 15_360 },
    { kind: 'graphics', bytes: 7168 },
    { kind: 'other', bytes: 5120 },
  ]);
});
