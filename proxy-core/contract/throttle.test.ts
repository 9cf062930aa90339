import { expect, it } from 'vitest';
import {
  findThrottleProfile,
  formatThrottleProfiles,
  parseThrottleProfiles,
  THROTTLE_PROFILES,
  throttleNames,
} from './throttle.ts';

const TRAIN = { name: 'train', latencyMs: 300, downKbps: 1000, upKbps: 200, lossPercent: 0 };

it.each([
  ['', []],
  ['train=300/1000/200', [TRAIN]],
  [' train = 300 / 1000 / 200 / 2.5 ,', [{ ...TRAIN, lossPercent: 2.5 }]],
  [
    'a=0/0/0, b=1/2/3',
    [
      { name: 'a', latencyMs: 0, downKbps: 0, upKbps: 0, lossPercent: 0 },
      { name: 'b', latencyMs: 1, downKbps: 2, upKbps: 3, lossPercent: 0 },
    ],
  ],
  ['train', undefined],
  ['train=1/2', undefined],
  ['train=1/2/3/4/5', undefined],
  ['train=1/2/-3', undefined],
  ['train=60001/2/3', undefined],
  ['train=1/2/3/101', undefined],
  ['=1/2/3', undefined],
  ['a b=1/2/3', undefined],
  ['3G=1/2/3', undefined],
  ['off=1/2/3', undefined],
  ['a=1/2/3, A=1/2/3', undefined],
  [Array.from({ length: 21 }, (_, n) => `p${n}=1/2/3`).join(), undefined],
])('%s', (text, profiles) => {
  expect(parseThrottleProfiles(text)).toEqual(profiles);
});

it('what it writes it reads', () => {
  const profiles = [TRAIN, { ...TRAIN, name: 'b', lossPercent: 1 }];
  expect(parseThrottleProfiles(formatThrottleProfiles(profiles))).toEqual(profiles);
});

it('finds by name, in any case', () => {
  expect(findThrottleProfile('Satellite', '')).toBe(THROTTLE_PROFILES.at(-1));
  expect(findThrottleProfile('TRAIN', 'train=300/1000/200')).toEqual(TRAIN);
  expect(findThrottleProfile('train', '')).toBeUndefined();
  expect(throttleNames('train=300/1000/200')).toEqual([
    'off',
    'offline',
    'gprs',
    '3g',
    '4g',
    'slow-wifi',
    'satellite',
    'train',
  ]);
});
