/**
 * Every field an explanation quotes is in the head it is said to stand in: over all exchanges of `truths/`, as they are
 * recorded. What only the stored response had is named and not placed.
 */
import { readdirSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type { ExchangeDetail, FieldLine } from '../../contract/exchange.ts';
import { evidenceOfReason, evidenceOfStep, type Evidence } from '../../contract/explain/evidence/locate.ts';
import { REASON_STEPS } from '../../contract/explain/evidence/reason-steps.ts';
import { STEP_FIELDS } from '../../contract/explain/evidence/step-fields.ts';
import { recordsOfConnections } from './testkit/connections-over-sockets.ts';
import { recordsOf } from './testkit/story.ts';
import { readTruths, TRUTHS, type Truth } from './testkit/truths.ts';

const placed = new Set<string>();

function linesOf(detail: ExchangeDetail, { place }: Evidence): readonly FieldLine[] {
  switch (place?.head) {
    case undefined:
      return [];
    case 'request':
      return detail.requestFields;
    case 'reply':
      return detail.responseFields;
    case 'upstream':
      return detail.upstreamFields ?? [];
    default: {
      const [which, index] = place!.head.split('-');
      return detail.changed?.[Number(index)]?.[which === 'sent' ? 'sent' : 'received'].fields ?? [];
    }
  }
}

function check(detail: ExchangeDetail, code: string, all: readonly Evidence[]): void {
  for (const evidence of all) {
    const { place, quote, message } = evidence;
    if (place === undefined) {
      // It is about a 304 behind which another answer was asked for, and that one is recorded.
      if (code === 'other-representation' && detail.upstreamStatus !== 304) continue;
      // Request and response are recorded: what rests on them has its place.
      expect({ code, message, quote }).toMatchObject({ message: 'stored' });
      continue;
    }
    placed.add(code);
    const line = linesOf(detail, evidence)[place.index];
    expect(line).toEqual(place.line);
    expect(quote).toBe(line![1].slice(place.from, place.to));
    expect(place.to).toBeGreaterThan(place.from);
  }
}

async function recorded({ script, bounds, said, onlySockets }: Truth): Promise<ExchangeDetail[]> {
  const ids = said.map(({ id }) => id);
  if (onlySockets !== undefined) return recordsOfConnections(script, bounds, ids);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    const { record } = await recordsOf(script, bounds);
    return ids.map(record);
  } finally {
    vi.useRealTimers();
  }
}

it('every quoted field of every exchange is in the head it is said to stand in', async () => {
  for (const truth of readdirSync(TRUTHS).flatMap(readTruths)) {
    for (const detail of await recorded(truth)) {
      for (const step of detail.trace) check(detail, step.code, evidenceOfStep(detail, step));
      if (detail.row.reason !== undefined) check(detail, detail.row.reason, evidenceOfReason(detail));
    }
  }
}, 60_000);

/** No exchange of the table need have a field to show for these; `contract/explain/evidence/locate.test.ts` has. */
const NEVER_PLACED = [
  'request-content',
  'misdirected',
  'collapse-apart',
  'background-validation',
  // What was stored is gone with the answer of the origin.
  'expired',
  'validation-required',
  'upstream-failed',
  'request-refused',
];

it('every other code that rests on fields has had one placed', () => {
  const withFields = [
    ...Object.entries(STEP_FIELDS).filter(([, fields]) => fields !== 'none'),
    ...Object.entries(REASON_STEPS).filter(([, steps]) => steps !== 'none'),
  ].map(([code]) => code);
  expect(withFields.filter((code) => !placed.has(code) && !NEVER_PLACED.includes(code))).toEqual([]);
});
