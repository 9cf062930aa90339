/** Messages of a WebSocket out of a HAR entry, as browsers and other proxies write them, or as they were written here. Pure. */
import type { MessageType, SeenMessage } from '../../contract/messages.ts';
import type { OwnPart } from './format.ts';
import { countOf, listOf, numberOf, objectOf, oneOf, textOf } from './values.ts';

export interface ReadMessages {
  list: { message: SeenMessage; atMs: number }[];
  /** Seen where they were captured and not in the file. */
  missing: number;
  problems: { up?: string; down?: string };
}

/** As many as are kept of a live conversation. */
const MESSAGES_MAX = 10_000;
const PAYLOAD_MAX_CHARS = 16 * 1024 * 1024;

const TYPES = new Map<number, MessageType>([
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);

/** Seconds, as browsers have them, or ms. */
function momentOf(value: unknown, startedAtMs: number): number {
  const number = numberOf(value, 0);
  if (number === undefined) {
    const parsed = Date.parse(textOf(value, 100) ?? '');
    return Number.isNaN(parsed) ? startedAtMs : parsed;
  }
  return number > 1e11 ? number : number * 1000;
}

export type OwnMessages = NonNullable<OwnPart['messages']>;

/** Undefined when there are none. */
export function readMessages(
  entry: Readonly<Record<string, unknown>>,
  startedAtMs: number,
  own?: OwnMessages,
): ReadMessages | undefined {
  const items = listOf(entry['_webSocketMessages']).slice(-MESSAGES_MAX);
  if (items.length === 0) return undefined;
  const list = items.map((item, index) => {
    const { type, time, opcode, data, _base64 } = objectOf(item);
    const kind = TYPES.get(countOf(opcode) ?? 1) ?? 'binary';
    const text = textOf(data, PAYLOAD_MAX_CHARS) ?? '';
    const payload = Buffer.from(text, _base64 === true || kind !== 'text' ? 'base64' : 'utf8');
    const told = own?.rows[index];
    const isUp = oneOf(type, ['send', 'request', 'outgoing', 'sent']) !== undefined;
    const message: SeenMessage = {
      direction: isUp ? 'up' : 'down',
      type: kind,
      wireBytes: told?.wireBytes ?? payload.length,
      bytes: told === undefined ? payload.length : told.bytes,
      payload,
      frames: told?.frames ?? 1,
      compressed: told?.compressed ?? false,
      note: told?.note,
      close: told?.close,
    };
    return { message, atMs: momentOf(time, startedAtMs) };
  });
  const missing = own === undefined ? 0 : Math.max(0, (own.rows[0]?.n ?? 1) - 1);
  return { list, missing, problems: own?.problems ?? {} };
}
