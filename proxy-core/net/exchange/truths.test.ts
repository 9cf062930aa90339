/**
 * What is said of an exchange is true: each case in `truths/` is a script as in `stories/`, the clause it is judged by
 * (`§ RFC 9111 4.2.1`), and behind `== 2` what must be said of exchange 2: the sentence in English, in Russian,
 * `Cache-Status` without its key, `?` the advice in English, `??` in Russian (`? -` for none), `.` lines of the trace that
 * must be there, `-` words that must be nowhere in it. Every case is run without sockets and over the real listener, under
 * the settings as they are delivered where its title does not give others; but for those that say why not: `~` without a
 * listener, `^` over one alone.
 *
 * `BSDM_UPDATE=1` writes what is said now into the cases: the difference is for a person to judge.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { explainReason, explainStep, whatWouldMakeItAHit } from '../../contract/explain/explain.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import { REASON_CODES } from '../../contract/reasons.ts';
import { STEP_SPECS } from '../../contract/explain/step-codes.ts';
import { recordsOfConnections } from './testkit/connections-over-sockets.ts';
import { recordsOf } from './testkit/story.ts';
import { recordsOverSockets } from './testkit/story-over-sockets.ts';
import { writeDocument } from './testkit/truths-document.ts';
import { readTruths, TRUTHS, type Truth } from './testkit/truths.ts';

const update = process.env['BSDM_UPDATE'] !== undefined;
const FILES = readdirSync(TRUTHS);

/** What is said, as far as the case asks for it. */
function told({ row, facts, neighbour, trace, cacheStatusHeader = '-' }: ExchangeDetail, asked: string[]): string[] {
  const { reason, outcome } = row;
  if (reason === undefined) return ['-'];
  const steps = trace.map((step) => explainStep('en', step));
  const all = steps.join('\n');
  const advice = (language: 'en' | 'ru', mark: string): string[] =>
    asked.some((line) => line.startsWith(`${mark} `))
      ? whatWouldMakeItAHit(language, reason, facts).map((text) => `${mark} ${text}`)
      : [];
  return [
    explainReason('en', reason, facts, neighbour, outcome),
    explainReason('ru', reason, facts, neighbour, outcome),
    cacheStatusHeader.replace(/; key="[^"]*"/, ''),
    ...advice('en', '?'),
    ...advice('ru', '??'),
    ...asked
      .filter((line) => line.startsWith('. '))
      .map((line) => (steps.includes(line.slice(2)) ? line : `. not in: ${all}`)),
    ...asked
      .filter((line) => line.startsWith('- '))
      .map((line) => (all.includes(line.slice(2)) ? `- is in: ${all}` : line)),
  ];
}

/** The lines of a case as they would have to stand: new cases are given all, old ones what they ask for. */
function anew(detail: ExchangeDetail, asked: string[]): string[] {
  const decided = detail.trace.filter(({ result }) => result === 'stop').map((step) => `. ${explainStep('en', step)}`);
  const steps = new Set(detail.trace.map((step) => `. ${explainStep('en', step)}`));
  const kept = asked.filter((line) => line.startsWith('- ') || steps.has(line));
  const wanted = asked.filter((line) => line.startsWith('. ')).length;
  const lines = wanted > 0 || asked.length > 0 ? kept : decided;
  if (wanted > 0 && !lines.some((line) => line.startsWith('. '))) lines.unshift(...decided);
  const said = told(detail, [
    '? ',
    '?? ',
    ...lines.filter((line) => line.startsWith('. ')),
    ...lines.filter((line) => line.startsWith('- ')),
  ]);
  if (!said.some((line) => line.startsWith('? ')) && said.length > 2) said.splice(3, 0, '? -');
  return said;
}

/** What no script here can bring about, and where it is tried instead. */
const ELSEWHERE: Record<string, string> = {
  'user-validation': 'a person asks for it: revalidate-now.test.ts',
  'past-cache': 'chosen where requests are composed: compose/compose.test.ts',
  'control-token': 'this world has no control server: cache/decide/request.test.ts',
  intercept: 'what is read inside has rows of its own: net/connect/decide-connect.test.ts',
  'no-certificate': 'CONNECT and TLS: net/connect/tls/ca-commands.test.ts',
  'own-page': 'net/setup/setup-site.test.ts',
  throttle: 'net/throttle/throttle-wire.test.ts',
  misdirected: 'a connection inside a CONNECT: net/front/adopt.test.ts',
  tier: 'tier.test.ts, stories/tier.txt',
  'collapse-apart': 'net/fetch/sharing.test.ts',
};

const seen = new Set<string>();

/** Nothing was decided: the proxy failed before it could, or its client was gone. */
const UNDECIDED = new Set(['internal-error', 'client-left']);

/** Each list of the trace has one step that decided, behind which nothing but notes is told. */
function checkDecided({ row, trace }: ExchangeDetail): void {
  for (const phase of new Set(trace.map((step) => step.phase))) {
    const results = trace.filter((step) => step.phase === phase).map(({ result }) => result);
    expect(results.filter((result) => result === 'stop').length, phase).toBeLessThanOrEqual(1);
    const at = results.indexOf('stop');
    if (at >= 0) expect(results.slice(at + 1).filter((result) => result !== 'note')).toEqual([]);
  }
  if (row.reason !== undefined && !UNDECIDED.has(row.reason))
    expect(trace.map(({ result }) => result)).toContain('stop');
}

function check(detail: ExchangeDetail, lines: string[]): void {
  if (detail.row.reason !== undefined) seen.add(detail.row.reason);
  for (const { code } of detail.trace) seen.add(code);
  checkDecided(detail);
  expect(told(detail, lines).join('\n')).toBe(lines.filter((line) => line !== '? -').join('\n'));
  const { row, facts } = detail;
  if (row.reason === undefined) return;
  const advice = (['en', 'ru'] as const).map((language) => whatWouldMakeItAHit(language, row.reason!, facts).length);
  expect(advice[0]).toBe(advice[1]);
  for (const step of detail.trace)
    for (const language of ['en', 'ru'] as const)
      expect(explainStep(language, step)).not.toMatch(/undefined|null|NaN|\[object/);
}

async function withoutSockets({ script, bounds }: Truth) {
  // Time passes where a script says so, for the timers too.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    return await recordsOf(script, bounds);
  } finally {
    vi.useRealTimers();
  }
}

async function overSocketsAlone({ script, bounds, said }: Truth): Promise<void> {
  expect(said.length).toBeGreaterThan(0);
  const details = await recordsOfConnections(
    script,
    bounds,
    said.map(({ id }) => id),
  );
  for (const [i, item] of said.entries())
    if (update) item.lines = anew(details[i]!, item.lines);
    else check(details[i]!, item.lines);
}

describe.each(FILES)('%s', (file) => {
  const truths = readTruths(file);
  it.each(truths.map((truth) => [truth.title, truth] as const))('%s', async (_title, truth) => {
    if (truth.onlySockets !== undefined) {
      await overSocketsAlone(truth);
      return;
    }
    const { record, progress } = await withoutSockets(truth);
    if (update) {
      for (const said of truth.said) said.lines = anew(record(said.id), said.lines);
      return;
    }
    expect(truth.said.length).toBeGreaterThan(0);
    for (const { id, lines } of truth.said) check(record(id), lines);
    if (truth.noSockets !== undefined) return;
    const ids = truth.said.map(({ id }) => id);
    const details = await recordsOverSockets(truth.script, truth.bounds, progress, ids);
    for (const [i, { lines }] of truth.said.entries()) check(details[i]!, lines);
  });
  if (update)
    it('is written anew', () => {
      const text = readFileSync(join(TRUTHS, file), 'utf8');
      const head = text.slice(0, text.indexOf('## '));
      const cases = truths.map(({ head: title, before, said }) =>
        [`## ${title}`, ...before, ...said.flatMap(({ id, lines }) => [`== ${id}`, ...lines])].join('\n'),
      );
      writeFileSync(join(TRUTHS, file), `${head}${cases.join('\n\n')}\n`);
    });
});

it.skipIf(update)('every reason and every step of a decision is in a case, or tried elsewhere', () => {
  const all = [...REASON_CODES, ...Object.keys(STEP_SPECS)];
  expect(all.filter((code) => !seen.has(code) && ELSEWHERE[code] === undefined)).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((code) => seen.has(code))).toEqual([]);
});

it('the selection in docs/ is current', () => {
  const path = join(TRUTHS, '../../../../docs/explained-exchanges.md');
  if (update) writeFileSync(path, writeDocument(FILES));
  else expect(readFileSync(path, 'utf8')).toBe(writeDocument(FILES));
});
