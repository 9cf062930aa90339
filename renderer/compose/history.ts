/** What was sent from this window, newest first: kept over restarts, bounded, read with care. */
import { CACHE_USES, type CacheUse, type ComposedRequest } from '../../proxy-core/contract/compose/composed.ts';
import { isComposedRequest } from '../../proxy-core/contract/compose/parse-composed.ts';

export interface Sent {
  atMs: number;
  request: ComposedRequest;
  /** Its content was too large to keep. */
  isCut?: true;
  cache: CacheUse;
  times: number;
  together: boolean;
}

/** Requests that are kept. */
const MOST = 50;
/** What they take together, and the most of one, characters. */
const ROOM = 512 * 1024;
const ROOM_OF_ONE = 64 * 1024;

function parseSent(raw: unknown): Sent[] {
  if (typeof raw !== 'object' || raw === null) return [];
  const { atMs, request, isCut, cache, times, together } = raw as Record<string, unknown>;
  const use = CACHE_USES.find((one) => one === cache);
  if (typeof atMs !== 'number' || typeof times !== 'number' || !isComposedRequest(request) || use === undefined)
    return [];
  return [{ atMs, request, ...(isCut === true && { isCut }), cache: use, times, together: together === true }];
}

/** Reads what was kept; whatever does not parse is left out. */
export function parseHistory(text: string | null): Sent[] {
  try {
    const raw: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(raw) ? raw.slice(0, MOST).flatMap(parseSent) : [];
  } catch {
    return [];
  }
}

function fitting(sent: Sent): Sent {
  if (JSON.stringify(sent).length <= ROOM_OF_ONE) return sent;
  const { body: _, ...request } = sent.request;
  return { ...sent, request, isCut: true };
}

const isSame = (a: Sent, b: Sent): boolean => JSON.stringify({ ...a, atMs: 0 }) === JSON.stringify({ ...b, atMs: 0 });

/** With one more in front; the same one from before moves up, and the oldest go where there is no room. */
export function withSent(history: readonly Sent[], sent: Sent): Sent[] {
  const fits = fitting(sent);
  const out: Sent[] = [];
  let room = ROOM;
  for (const one of [fits, ...history.filter((before) => !isSame(before, fits))]) {
    room -= JSON.stringify(one).length;
    if (room < 0 || out.length === MOST) break;
    out.push(one);
  }
  return out;
}
