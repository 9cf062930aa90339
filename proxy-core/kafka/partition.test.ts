import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { partitionOf } from './partition.ts';

it('chooses what the library chooses, for keys of every length and script', () => {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 997 }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
  const keys = Array.from(
    { length: 500 },
    (_, index) => `${'key ü 鍵 '.repeat(9).slice(0, index % 70)}${index * 7919}`,
  );
  expect(keys.map((key) => partitionOf(key, 997))).toEqual(
    keys.map((key) => choose({ topic: 't', partitionMetadata, message: { key, value: '' } })),
  );
});

it('stays within the partitions there are', () => {
  for (let count = 1; count < 20; count += 1) expect(partitionOf(`key-${count}`, count)).toBeLessThan(count);
});
