/**
 * What is said of an exchange is true: each case in `truths/` is a script as in `stories/`, and behind `== 2` stands what
 * must be said of exchange 2: the sentence in English, in Russian, `Cache-Status` without its key, `?` the advice in
 * English, `.` lines of the trace that must be there, `-` words that must be nowhere in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explainReason, explainStep, whatWouldMakeItAHit } from '../../contract/explain/explain.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import { recordsOf, type StoryBounds } from './testkit/story.ts';

const FOLDER = join(import.meta.dirname, 'truths');

interface Truth {
  title: string;
  bounds: StoryBounds;
  script: string;
  said: { id: number; lines: string[] }[];
}

function read(file: string): Truth[] {
  const parts = readFileSync(join(FOLDER, file), 'utf8').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n').map((line) => line.trim());
    const at = head.indexOf(' {');
    const said: Truth['said'] = [];
    const script: string[] = [];
    for (const line of lines.filter((text) => text !== '')) {
      const id = /^== (\d+)$/.exec(line)?.[1];
      if (id !== undefined) said.push({ id: Number(id), lines: [] });
      else (said.at(-1)?.lines ?? script).push(line);
    }
    // The tests' own file.
    const bounds = at < 0 ? {} : (JSON.parse(head.slice(at)) as StoryBounds);
    return { title: at < 0 ? head : head.slice(0, at), bounds, script: script.join('\n'), said };
  });
}

/** What is said, as far as the case asks for it. */
function told({ row, facts, neighbour, trace, cacheStatusHeader = '-' }: ExchangeDetail, asked: string[]): string[] {
  const { reason, outcome } = row;
  if (reason === undefined) return ['-'];
  const steps = trace.map((step) => explainStep('en', step));
  const all = steps.join('\n');
  return [
    explainReason('en', reason, facts, neighbour, outcome),
    explainReason('ru', reason, facts, neighbour, outcome),
    cacheStatusHeader.replace(/; key="[^"]*"/, ''),
    ...(asked.some((line) => line.startsWith('?'))
      ? whatWouldMakeItAHit('en', reason, facts).map((text) => `? ${text}`)
      : []),
    ...asked
      .filter((line) => line.startsWith('. '))
      .map((line) => (steps.includes(line.slice(2)) ? line : `. not in: ${all}`)),
    ...asked
      .filter((line) => line.startsWith('- '))
      .map((line) => (all.includes(line.slice(2)) ? `- is in: ${all}` : line)),
  ];
}

// Time passes where a script says so, for the timers too.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(readdirSync(FOLDER))('%s', (file) => {
  it.each(read(file).map((truth) => [truth.title, truth] as const))('%s', async (_title, { script, bounds, said }) => {
    const record = await recordsOf(script, bounds);
    expect(said.length).toBeGreaterThan(0);
    for (const { id, lines } of said) {
      const detail = record(id);
      expect(told(detail, lines).join('\n')).toBe(lines.filter((line) => line !== '? -').join('\n'));
      const { row, facts } = detail;
      if (row.reason === undefined) continue;
      const advice = (['en', 'ru'] as const).map(
        (language) => whatWouldMakeItAHit(language, row.reason!, facts).length,
      );
      expect(advice[0]).toBe(advice[1]);
      for (const step of detail.trace)
        for (const language of ['en', 'ru'] as const)
          expect(explainStep(language, step)).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });
});
