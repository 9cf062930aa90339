import { expect, test } from 'vitest';
import { parseFilter } from '../../proxy-core/contract/filter/parse.ts';
import { TRAFFIC } from '../../proxy-core/contract/filter/scopes.ts';
import { makeRow } from '../demo/builders.ts';
import { Probe } from './probe.ts';
import type { TrafficRow } from './traffic-ring.ts';

const rowOf = (id: number, seq = id): TrafficRow => ({ ...makeRow({ id, seq }), key: id });
/** Everything that waits for nothing but its turn has it. */
async function turn(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

function setUp(line: string) {
  const parsed = parseFilter(line, TRAFFIC);
  const filter = parsed.ok ? parsed.filter : null;
  const asked: { terms: string[]; ids: number[] }[] = [];
  const answers: ((masks: number[]) => void)[] = [];
  const told: number[] = [];
  const waiting: number[] = [];
  const probe = new Probe({
    ask: (terms, ids) => {
      asked.push({ terms, ids });
      return new Promise((resolve) => answers.push(resolve));
    },
    told: (keys) => told.push(...keys),
    waiting: (rows) => waiting.push(rows),
    oldestKey: () => 1,
  });
  probe.setReadings(filter?.readings ?? []);
  const passes = (row: TrafficRow): boolean | undefined => filter?.decide(row) ?? filter?.decide(row, probe.of(row));
  const answer = async (masks: number[]): Promise<void> => {
    answers.shift()?.(masks);
    await turn();
  };
  return { probe, passes, asked, answer, told, waiting };
}

test('rows that hang on a body are asked about together, and pass or not when that is known', async () => {
  const { passes, asked, answer, told, waiting } = setUp('status:200 body:token');
  const rows = [rowOf(1), rowOf(2), { ...rowOf(3), status: 404 }];
  expect(rows.map(passes)).toEqual([undefined, undefined, false]);
  await turn();
  expect(asked).toEqual([{ terms: ['body:"token"'], ids: [1, 2] }]);
  await answer([1, 0]);
  expect(told).toEqual([1, 2]);
  expect(rows.map(passes)).toEqual([true, false, false]);
  await turn();
  expect(asked).toHaveLength(1);
  expect(waiting.at(-1)).toBe(0);
});

test('a row that changed is asked about anew, and is meanwhile what it was', async () => {
  const { passes, asked, answer } = setUp('body:token');
  passes(rowOf(1, 1));
  await turn();
  await answer([1]);
  expect(passes(rowOf(1, 5))).toBe(true);
  await turn();
  expect(asked.at(-1)?.ids).toEqual([1]);
  await answer([0]);
  expect(passes(rowOf(1, 5))).toBe(false);
});

test('an answer about fewer rows than were asked for is followed by the rest', async () => {
  const { passes, asked, answer } = setUp('body:token');
  for (const id of [1, 2, 3]) passes(rowOf(id));
  await turn();
  await answer([1]);
  expect(asked.map(({ ids }) => ids)).toEqual([
    [1, 2, 3],
    [2, 3],
  ]);
});

test('answers to an earlier filter are thrown away', async () => {
  const { probe, passes, asked, answer, told } = setUp('body:token');
  passes(rowOf(1));
  await turn();
  probe.setReadings([]);
  await answer([1]);
  expect(told).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('what could not be asked is asked again', async () => {
  const { probe, passes, asked, answer } = setUp('body:token');
  passes(rowOf(1));
  await turn();
  await answer([]);
  expect(passes(rowOf(1))).toBe(undefined);
  probe.again();
  await turn();
  expect(asked.length).toBeGreaterThan(1);
});
