/**
 * `bsdm-proxy har info|export|import`: what a HAR file holds, told without a proxy; the capture of one that runs as a file;
 * a file opened in one that runs. The one that runs is reached over its control API.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parseArgs } from 'node:util';
import { FileSession } from '../capture/har/file-session.ts';
import { readHar } from '../capture/har/read-har.ts';
import { wordsOf } from '../capture/har/values.ts';
import type { HarReading } from '../contract/sessions.ts';
import { numbersOf } from '../contract/wording/units.ts';
import { DEFAULT_CONTROL_PORT } from '../host/options.ts';
import type { Log } from './compose.ts';

const EXIT = { done: 0, failed: 1, badOption: 2 } as const;

const HELP = `Usage: bsdm-proxy har info FILE
       bsdm-proxy har export FILE [options]
       bsdm-proxy har import FILE [options]

info tells what a HAR file holds, without a proxy. export writes what the proxy that runs has captured to FILE,
packed when its name ends in .gz; - is standard output. import opens FILE in the proxy that runs, as a session
beside the live one.

  --control URL       its control API (default: http://127.0.0.1:${DEFAULT_CONTROL_PORT}; BSDM_CONTROL_URL)
  --token TOKEN       its token (BSDM_CONTROL_TOKEN)
  --filter LINE       export: only what passes a line of the filter language
  --session ID        export: of a session that was imported
  --keep-secrets      export: with cookies, credentials and what --har-secrets names; else they are blanked
  --json              info and import: answer in JSON
  --help              print this
`;

interface Wanted {
  verb: 'info' | 'export' | 'import';
  file: string;
  control: string;
  token: string | undefined;
  filter: string | undefined;
  session: string | undefined;
  keepSecrets: boolean;
  json: boolean;
}

const { size } = numbersOf('en');

/** `argv` is what stands behind `har`. Answers the exit code. */
export async function harCommand(argv: readonly string[], log: Log): Promise<number> {
  let wanted: Wanted | 'help';
  try {
    wanted = parse(argv);
  } catch (error) {
    log('error', `${wordsOf(error).split('. ')[0]}; har --help tells more`);
    return EXIT.badOption;
  }
  if (wanted === 'help') {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  try {
    if (wanted.verb === 'info') await info(wanted);
    else if (wanted.verb === 'export') await save(wanted, log);
    else await open(wanted);
    return EXIT.done;
  } catch (error) {
    log('error', wordsOf(error));
    return EXIT.failed;
  }
}

function parse(argv: readonly string[]): Wanted | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      control: { type: 'string' },
      token: { type: 'string' },
      filter: { type: 'string' },
      session: { type: 'string' },
      'keep-secrets': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const [named, file, ...more] = positionals;
  const verb = (['info', 'export', 'import'] as const).find((one) => one === named);
  if (verb === undefined)
    throw new Error(`har takes info, export or import${named === undefined ? '' : `, not ${named}`}`);
  if (file === undefined || more.length > 0) throw new Error(`har ${verb} takes one FILE`);
  return {
    verb,
    file,
    control: values.control ?? process.env['BSDM_CONTROL_URL'] ?? `http://127.0.0.1:${DEFAULT_CONTROL_PORT}`,
    token: values.token ?? process.env['BSDM_CONTROL_TOKEN'],
    filter: values.filter,
    session: values.session,
    keepSecrets: values['keep-secrets'],
    json: values.json,
  };
}

/** Asks the control API; what it refuses is thrown in its own words. */
async function ask({ control, token }: Wanted, call: string, init: RequestInit = {}): Promise<Response> {
  if (token === undefined) throw new Error('the token of the proxy is wanted: --token or BSDM_CONTROL_TOKEN');
  let response: Response;
  try {
    response = await fetch(new URL(call, control), {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
  } catch (error) {
    throw new Error(`no control API answers at ${control}: is the proxy running?`, { cause: error });
  }
  if (response.ok) return response;
  const text = await response.text();
  let said = text;
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') said = error.message;
  } catch {
    // Not the control API, then; its words as they are.
  }
  throw new Error(said.slice(0, 1000) || `the control API answered ${response.status}`);
}

/** What was left out, in words; empty when nothing was. */
function leftOut({ leftOut: { malformed, tooLarge, noRoom }, isCut, problem }: HarReading): string[] {
  return [
    ...(isCut ? ['cut off or damaged: read up to there'] : []),
    ...(malformed > 0 ? [`left out, no exchange: ${malformed}`] : []),
    ...(tooLarge > 0 ? [`left out, too large: ${tooLarge}`] : []),
    ...(noRoom > 0 ? [`left out, no room: ${noRoom}`] : []),
    ...(problem === undefined ? [] : [`first problem: ${problem}`]),
  ];
}

async function info({ file, json }: Wanted): Promise<void> {
  const session = new FileSession('file');
  try {
    const reading = await readHar(createReadStream(file, { highWaterMark: 256 * 1024 }), session);
    const counts = new Map<string, number>();
    const hosts = new Map<string, number>();
    let bytes = 0;
    let [fromMs, toMs] = [Infinity, -Infinity];
    const { rows } = session.list({ limit: Infinity });
    for (const row of rows) {
      const what = row.outcome ?? 'no cache outcome';
      counts.set(what, (counts.get(what) ?? 0) + 1);
      hosts.set(row.host, (hosts.get(row.host) ?? 0) + 1);
      bytes += row.responseBytes;
      fromMs = Math.min(fromMs, row.startedAtMs);
      toMs = Math.max(toMs, row.startedAtMs);
    }
    const most = (all: Map<string, number>): [string, number][] =>
      [...all].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10);
    const iso = (ms: number): string => new Date(ms).toISOString();
    if (json) {
      const told = {
        ...reading,
        ...(rows.length > 0 && { from: iso(fromMs), to: iso(toMs) }),
        responseBytes: bytes,
        outcomes: Object.fromEntries(counts),
        hosts: Object.fromEntries(most(hosts)),
      };
      process.stdout.write(`${JSON.stringify(told)}\n`);
      return;
    }
    const lines = [
      `${path.basename(file)}: HAR ${reading.version ?? '(no version)'} by ${reading.creator ?? 'nobody named'}, ${size(reading.bytes)}`,
      `exchanges: ${reading.exchanges}`,
      ...(rows.length > 0 ? [`from ${iso(fromMs)} to ${iso(toMs)}`] : []),
      `content of responses: ${size(bytes)}`,
      ...most(counts).map(([what, count]) => `  ${what}: ${count}`),
      ...most(hosts).map(([host, count]) => `  ${host}: ${count}`),
      ...leftOut(reading),
    ];
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  } finally {
    session.close();
  }
}

async function save(wanted: Wanted, log: Log): Promise<void> {
  const { file, filter, session, keepSecrets } = wanted;
  const query = new URLSearchParams({
    secrets: keepSecrets ? 'keep' : 'blank',
    gzip: String(file.endsWith('.gz')),
    ...(filter !== undefined && { q: filter }),
    ...(session !== undefined && { session }),
  });
  const response = await ask(wanted, `/api/events.har?${query.toString()}`);
  const bytes = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  if (file === '-') {
    await pipeline(bytes, process.stdout, { end: false });
    return;
  }
  try {
    await pipeline(bytes, createWriteStream(file, { mode: 0o600 }));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  log('info', `${file} written`);
}

async function open(wanted: Wanted): Promise<void> {
  const body = JSON.stringify({ path: path.resolve(wanted.file) });
  const response = await ask(wanted, '/api/sessions', { method: 'POST', body });
  const text = await response.text();
  if (wanted.json) {
    process.stdout.write(text);
    return;
  }
  const { id, reading } = JSON.parse(text) as {
    id: string;
    reading: {
      exchanges: number;
      left_out: { malformed: number; too_large: number; no_room: number };
      is_cut: boolean;
    };
  };
  const { malformed, too_large: tooLarge, no_room: noRoom } = reading.left_out;
  const told = leftOut({
    bytes: 0,
    exchanges: reading.exchanges,
    isCut: reading.is_cut,
    leftOut: { malformed, tooLarge, noRoom },
  });
  process.stdout.write([`session ${id}, exchanges: ${reading.exchanges}`, ...told].map((line) => `${line}\n`).join(''));
}
