/**
 * What a large HAR file costs that is opened: time, and memory over that before. The file is made in a temporary folder.
 * `node bench/har.ts --mib 1024`; `--body 40000` is the length of each body, characters.
 */
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FileSession } from '../proxy-core/capture/har/file-session.ts';
import { readHar } from '../proxy-core/capture/har/read-har.ts';

const { values } = parseArgs({
  options: { mib: { type: 'string', default: '1024' }, body: { type: 'string', default: '40000' } },
});
const MIB = 1024 * 1024;
const wanted = Number(values.mib) * MIB;
const bodyChars = Number(values.body);
const folder = mkdtempSync(join(tmpdir(), 'bsdm-har-bench-'));
const file = join(folder, 'large.har');

function entryOf(n: number): object {
  const line = `{"n":${n},"text":"a \\"quoted\\" line, ü\\n"}`;
  const headers = Array.from({ length: 12 }, (_, at) => ({ name: `X-Field-${at}`, value: `value ${at} of ${n}` }));
  return {
    startedDateTime: new Date(1.7e12 + n).toISOString(),
    time: 20,
    request: { method: 'GET', url: `https://host-${n % 50}.test/items/${n}?page=${n % 7}`, httpVersion: 'h2', headers },
    response: {
      status: 200,
      httpVersion: 'h2',
      headers: [...headers, { name: 'Content-Type', value: 'application/json' }],
      content: {
        size: bodyChars,
        mimeType: 'application/json',
        text: line.repeat(Math.ceil(bodyChars / line.length)).slice(0, bodyChars),
      },
    },
    timings: { send: 0, wait: 15, receive: 5 },
  };
}

try {
  const out = createWriteStream(file);
  out.write('{"log":{"version":"1.2","creator":{"name":"bench","version":"1"},"entries":[');
  let [size, entries] = [0, 0];
  for (; size < wanted; entries++) {
    const text = `${entries === 0 ? '' : ','}${JSON.stringify(entryOf(entries))}`;
    size += text.length;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end(']}}');
  await once(out, 'finish');
  process.stdout.write(`${(out.bytesWritten / MIB).toFixed(0)} MiB, entries: ${entries}\n`);

  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  let longest = 0;
  let turnedAt = performance.now();
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
    longest = Math.max(longest, performance.now() - turnedAt);
    turnedAt = performance.now();
  }, 5);
  const startedAt = performance.now();
  const session = new FileSession('bench');
  const reading = await readHar(createReadStream(file, { highWaterMark: 256 * 1024 }), session);
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(timer);
  most = Math.max(most, process.memoryUsage.rss());
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
  process.stdout.write(
    [
      `read in ${seconds.toFixed(1)} s, ${mib(reading.bytes / seconds)}/s; longest turn ${longest.toFixed(0)} ms`,
      `exchanges: ${reading.exchanges}, left out for want of room: ${reading.leftOut.noRoom}`,
      `memory before ${mib(before)}, at most ${mib(most)}: ${mib(most - before)} more; on disk ${mib(session.bytes)}`,
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  session.close();
} finally {
  rmSync(folder, { recursive: true });
}
