/**
 * node bench/memory-per-entry.ts [--json FILE]
 * What a stored response of about 1 KiB costs beyond its content (URL, fields and body as received), for 10,000 and
 * 100,000 entries: by the process's RSS, by V8's own account, and as charged to the byte budget. Each number comes from
 * a process of its own, with the collector's young generation kept small and compiled code kept, so that what grows is what
 * is stored. RSS still differs by some tens of bytes per entry from run to run.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createCacheEngine } from '../proxy-core/cache/cache-engine.ts';
import { Head } from '../proxy-core/http/head.ts';

interface Measured {
  entries: number;
  contentBytes: number;
  /** Growth of each account, bytes per entry beyond content. */
  byRss: number;
  byHeap: number;
  charged: number;
  rssMb: number;
}

const BODY_BYTES = 1024;

/** Until what can go is gone: buffers and external texts go a while after the collection that found them dead. */
async function collect(): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 6; i++) {
    gc();
    await pause(50);
  }
}

/** Fills a cache as the proxy does: request, response, commit; then looks at the process. */
async function measure(entries: number): Promise<Measured> {
  const nowMs = Date.now();
  const date = new Date(nowMs).toUTCString();
  const policy = {
    mode: 'standard' as const,
    ttlSeconds: 0,
    maxBodyBytes: 1e7,
    shareAnyway: false,
    cdnCacheControl: false,
    ignoreClientControl: false,
    compress: false,
  };
  const cache = createCacheEngine({ policy: () => policy, budget: () => ({ capacity: 1_000_000, maxBytes: 2 ** 33 }) });
  const body = Buffer.alloc(BODY_BYTES, 'x');
  const store = (url: string, etag: string): number => {
    const fields = [
      'Content-Type',
      'text/html; charset=utf-8',
      'Cache-Control',
      'public, max-age=3600',
      'ETag',
      etag,
      'Last-Modified',
      date,
      'Date',
      date,
      'Server',
      'example/1.0',
    ];
    const request = { method: 'GET', url, head: new Head(['Accept', '*/*']), hasBody: false };
    const plan = cache.planRequest(request, nowMs);
    const told = cache.planResponse(
      request,
      plan,
      { status: 200, statusText: 'OK', head: new Head(fields), requestAtMs: nowMs, responseAtMs: nowMs },
      nowMs,
    );
    if (told.kind !== 'store' || cache.commit(told.ticket, [body], nowMs) === undefined)
      throw new Error(`not stored: ${told.reason}`);
    return url.length + fields.reduce((sum, text) => sum + text.length, 0) + body.length;
  };
  // Code, hot entries and remembered keys are there before counting begins.
  for (let i = 0; i < 3000; i++) store(`http://warm.test/${i}`, '"w"');
  await collect();
  const before = process.memoryUsage();
  const chargedBefore = cache.stats().bytes;
  let contentBytes = 0;
  for (let i = 0; i < entries; i++)
    contentBytes += store(
      `http://www.example.test/section/${i % 97}/article-${i}?lang=en`,
      `"${i.toString(16).padStart(16, '0')}"`,
    );
  await collect();
  const after = process.memoryUsage();
  const beyond = (bytes: number): number => Math.round((bytes - contentBytes) / entries);
  return {
    entries,
    contentBytes: Math.round(contentBytes / entries),
    byRss: beyond(after.rss - before.rss),
    byHeap: beyond(after.heapUsed + after.external - before.heapUsed - before.external),
    charged: beyond(cache.stats().bytes - chargedBefore),
    rssMb: Math.round(after.rss / 1024 / 1024),
  };
}

function measureApart(entries: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [String(entries)], {
      execArgv: ['--expose-gc', '--max-semi-space-size=1', '--no-flush-bytecode'],
    });
    child.on('message', (message) => resolve(message as Measured));
    child.on('exit', (code) => reject(new Error(`the measuring process ended with ${code}`)));
  });
}

if (process.send !== undefined) {
  process.send(await measure(Number(process.argv[2])));
} else {
  const { values } = parseArgs({ options: { json: { type: 'string' } } });
  const rows: Measured[] = [];
  for (const entries of [10_000, 100_000]) rows.push(await measureApart(entries));
  console.log('entries   content B   beyond content, B per entry: RSS   V8   charged   RSS of the process');
  for (const row of rows) {
    console.log(
      `${String(row.entries).padStart(7)}   ${String(row.contentBytes).padStart(9)}   ${String(row.byRss).padStart(32)}   ${String(row.byHeap).padStart(3)}   ${String(row.charged).padStart(7)}   ${row.rssMb} MB`,
    );
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
