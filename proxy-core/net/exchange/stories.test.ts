/** Exchanges, fetches and their bodies from end to end without a socket: every story in `stories/` comes out as it is told. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { play, type StoryBounds } from './testkit/story.ts';

const FOLDER = join(import.meta.dirname, 'stories');

interface Story {
  title: string;
  bounds: StoryBounds;
  text: string;
}

/** `## title {bounds as JSON}`, and the lines below it. */
function read(file: string): Story[] {
  const parts = readFileSync(join(FOLDER, file), 'utf8').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n');
    const at = head.indexOf(' {');
    // The tests' own file.
    const bounds = at < 0 ? {} : (JSON.parse(head.slice(at)) as StoryBounds);
    return { title: at < 0 ? head : head.slice(0, at), bounds, text: lines.join('\n') };
  });
}

// Time passes where a story says so, for the timers too.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(readdirSync(FOLDER))('%s', (file) => {
  it.each(read(file).map((story) => [story.title, story] as const))('%s', async (_title, { text, bounds }) => {
    const { told, lines, inFlight, held } = await play(text, bounds);
    expect(told.join('\n')).toBe(lines.join('\n'));
    expect({ inFlight, held }).toEqual({ inFlight: 0, held: 0 });
  });
});

it('a story that goes otherwise than told is found out', async () => {
  const { told, lines } = await play('>> 1 GET /a\n=> A GET /b\n>> 1 (gone)');
  expect(lines).toEqual(['>> 1 GET /a', '=> A GET /b', '>> 1 (gone)']);
  expect(told).toEqual(['>> 1 GET /a', '=> A GET /a', '>> 1 (gone)', '=> A (aborted)', '.. 1 MISS client-left']);
});

it.each([
  ['<= A 200', 'the origin was not asked A'],
  ['-- pray', 'no such direction: pray'],
  ['-- origin-request passes', 'no origin-request waits'],
])('a story cannot say %s', async (line, words) => {
  await expect(play(line)).rejects.toThrow(words);
});
