import { expect, it } from 'vitest';
import { planRequests } from './plan-requests.ts';

const shared = (...positions: number[]): object => ({ positions, proven: true });
const alone = (...positions: number[]): object => ({ positions, proven: false });

it.each([
  ['nothing', [], [], []],
  ['a new connection: one request for each partition', [2, 0, 2, 1], [], [alone(0, 2), alone(1), alone(3)]],
  ['all proven: one request', [2, 0, 2, 1], [0, 1, 2], [shared(0, 1, 2, 3)]],
  ['some proven: those together, the others apart', [2, 0, 2, 1, 0], [0, 1], [shared(1, 3, 4), alone(0, 2)]],
])('%s', (_, partitions, proven, requests) => {
  expect(planRequests(partitions, new Set(proven))).toEqual(requests);
});
