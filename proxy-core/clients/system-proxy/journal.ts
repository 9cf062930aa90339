/** What stood in the system's settings before, kept from before the first change until all is put back. */
import fs from 'node:fs';
import path from 'node:path';
import type { Role, Slot, Value } from './decide.ts';

export interface Journal {
  /** Which switching on this belongs to; its watchdog touches no other. */
  owner: string;
  /** Process id of the watchdog; 0 before it was started. */
  watchdog: number;
  host: string;
  port: number;
  places: { name: string; slots: Slot[] }[];
}

const VERSION = 1;
const MAX_BYTES = 1024 * 1024;

export const journalFile = (folder: string): string => path.join(folder, 'system-proxy.journal');

/** Whole or not at all. Readable by nobody else: an address may hold a password. */
export function writeJournal(folder: string, journal: Journal): void {
  const file = journalFile(folder);
  const temporary = `${file}.${process.pid}.tmp`;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const handle = fs.openSync(temporary, 'w', 0o600);
  try {
    fs.writeFileSync(handle, JSON.stringify({ version: VERSION, ...journal }));
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(temporary, file);
}

export function removeJournal(folder: string): void {
  fs.rmSync(journalFile(folder), { force: true });
}

/** Undefined when there is none. One that cannot be read is set aside and told of. */
export function readJournal(folder: string, report: (message: string) => void): Journal | undefined {
  // A core that keeps nothing.
  if (folder === '') return undefined;
  const file = journalFile(folder);
  let text: string;
  try {
    if (fs.statSync(file).size > MAX_BYTES) throw new Error('it is too large');
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} could not be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const journal = parseJournal(text);
  if (journal === undefined) {
    const aside = `${file}.damaged`;
    fs.renameSync(file, aside);
    report(
      `what the system proxy was before could not be read; it lies in ${aside}. Look at the system's proxy settings`,
    );
  }
  return journal;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isValue = (value: unknown): value is Value =>
  Array.isArray(value) && value.every((field) => field === null || typeof field === 'string');
const isRole = (value: unknown): value is Role => value === 'switch' || value === 'endpoint' || value === 'other';
const isSlot = (value: unknown): value is Slot =>
  isRecord(value) &&
  typeof value['key'] === 'string' &&
  isRole(value['role']) &&
  isValue(value['before']) &&
  isValue(value['ours']);
const isPlace = (value: unknown): value is Journal['places'][number] =>
  isRecord(value) && typeof value['name'] === 'string' && Array.isArray(value['slots']) && value['slots'].every(isSlot);

function parseJournal(text: string): Journal | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(raw) || raw['version'] !== VERSION) return undefined;
  const { owner, watchdog, host, port, places } = raw;
  return typeof owner === 'string' &&
    typeof watchdog === 'number' &&
    typeof host === 'string' &&
    typeof port === 'number' &&
    Array.isArray(places) &&
    places.every(isPlace)
    ? { owner, watchdog, host, port, places }
    : undefined;
}
