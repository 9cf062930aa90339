/** Somebody sets the clock while the core runs: no age moves, and what is dated from then on has the new time of day. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntrySummary } from '../contract/entry.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../testkit/running-core.ts';

/** Far from any hour, and long for a test. */
const NEAR_MS = 120_000;

describe.each([3_600_000, -3_600_000])('by %i ms', (step) => {
  let origin: Origin;
  let running: RunningCore;
  let clock: MovableClock;
  let finish: (() => void) | undefined;
  /** The origin's clock is right after the step, and was as wrong as ours before it. */
  const ofDay = (): number => Date.now() + clock.setByMs;
  const near = (text: string | undefined): boolean => Math.abs(Date.parse(text ?? '') - ofDay()) < NEAR_MS;
  const get = (path: string) => ask(running.port, `${origin.url}${path}`);

  beforeEach(async () => {
    clock = new MovableClock();
    origin = await openOrigin((request, response) => {
      const { pathname: path } = new URL(request.url ?? '/', 'http://x');
      response.sendDate = false;
      if (path !== '/undated') response.setHeader('Date', new Date(ofDay()).toUTCString());
      if (path === '/expires') response.setHeader('Expires', new Date(ofDay() + 600_000).toUTCString());
      else if (path === '/etag') response.setHeader('Cache-Control', 'max-age=0').setHeader('ETag', '"1"');
      else response.setHeader('Cache-Control', 'max-age=600');
      if (request.headers['if-none-match'] !== undefined) response.writeHead(304).end();
      else if (path === '/slow') finish = () => response.setHeader('Date', new Date(ofDay()).toUTCString()).end('slow');
      else response.end('content');
    });
    running = await startCore({}, clock);
  });
  afterEach(async () => {
    await running.stop();
    await origin.close();
  });

  it('what is stored keeps its age and its freshness', async () => {
    await get('/a');
    clock.setByMs = step;
    const reply = await get('/a');
    expect(reply.fields['cache-status']).toContain('; hit');
    expect(Number(reply.fields['age'])).toBeLessThan(60);
    clock.advance(601);
    expect((await get('/a')).fields['cache-status']).not.toContain('; hit');
  });

  it.each(['/b', '/expires', '/undated'])('%s, stored after it, is as young as it is', async (path) => {
    clock.setByMs = step;
    const first = await get(path);
    expect(near(first.fields['date'])).toBe(true);
    const second = await get(path);
    expect(second.fields['cache-status']).toContain('; hit');
    expect(Number(second.fields['age'])).toBeLessThan(60);
    expect(near(second.fields['date'])).toBe(true);
    clock.advance(601);
    expect((await get(path)).fields['cache-status']).not.toContain('; hit');
  });

  it('what is validated after it is young again', async () => {
    await get('/etag');
    clock.setByMs = step;
    const reply = await get('/etag');
    expect(reply.fields['cache-status']).toContain('fwd-status=304');
    expect(Number(reply.fields['age'] ?? 0)).toBeLessThan(60);
  });

  it('one that was under way has its own duration, and is as young as it is', async () => {
    const reply = get('/slow');
    await origin.reached(1);
    clock.setByMs = step;
    finish?.();
    await reply;
    const { row } = await running.detailOf('/slow');
    expect(row.durationMs).toBeGreaterThanOrEqual(0);
    expect(row.durationMs).toBeLessThan(NEAR_MS);
    expect(Number((await get('/slow')).fields['age'])).toBeLessThan(60);
  });

  it('pages of the proxy, events, entries and samples tell the new time of day', async () => {
    await get('/a');
    clock.setByMs = step;
    expect(near((await ask(running.port, '/no-such-page')).fields['date'])).toBe(true);
    await get('/a');
    await running.finished(3);
    const { core } = running;
    expect(Math.abs((await running.detailOf('/a')).row.startedAtMs - ofDay())).toBeLessThan(NEAR_MS);
    const { entries } = (await core.handlers['entry.list']({})) as { entries: EntrySummary[] };
    const [entry] = entries;
    const detail = await core.handlers['entry.get']({ id: entry!.id });
    const { entries: byKey } = await core.handlers['entry.byKey']({ cacheKey: entry!.cacheKey });
    expect(byKey).toEqual([detail.entry]);
    const purged = await core.handlers['cache.purge']({ selector: { all: true }, dryRun: false });
    const [removed] = await core.handlers['cache.removed']({});
    const times = [
      entry!.storedAtMs,
      entry!.lastUsedAtMs,
      entry!.staleAtMs - 600_000,
      detail.entry.storedAtMs,
      ...detail.history.map((tick) => tick.atMs),
      purged.undoUntilMs,
      removed?.atMs,
      core.stats().atMs,
    ];
    for (const time of times) expect(Math.abs((time ?? 0) - ofDay())).toBeLessThan(NEAR_MS);
    expect(core.stats().uptimeSeconds).toBeLessThan(60);
    expect(await core.handlers['cache.undo']({ token: purged.undoToken ?? '' })).toMatchObject({ entries: 1 });
  });
});
