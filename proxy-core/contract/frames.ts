/**
 * Frames of the contract and their codecs. JSON frames are plain objects; bytes travel beside them: as `Uint8Array`
 * over a MessagePort, as one binary message over a WebSocket (see {@link encodeBytesMessage}).
 */
import type { WireError } from './errors.ts';
import { ERROR_CODES } from './errors.ts';

/** Raised when a change breaks older pages; both sides say theirs in the first frame. */
export const CONTRACT_VERSION = 2;

export type ClientFrame =
  | { t: 'hello'; contractVersion: number }
  | { t: 'call'; id: number; name: string; params: unknown }
  | { t: 'subscribe'; id: number; stream: string; params: unknown }
  | { t: 'unsubscribe'; id: number }
  | { t: 'ack'; id: number; mark: number };

export type ServerFrame =
  | { t: 'hello'; contractVersion: number; name: string; version: string }
  | { t: 'ok'; id: number; result: unknown }
  /** The bytes of a call; `bytes` is filled by the channel. */
  | { t: 'bytes'; id: number; meta: unknown; bytes: Uint8Array }
  | { t: 'fail'; id: number; error: WireError }
  | { t: 'item'; id: number; item: unknown }
  /** A subscription ended on the server's side. */
  | { t: 'end'; id: number; error: WireError };

export type Frame = ClientFrame | ServerFrame;

/** One wire to the other side. Frames arrive as `unknown`; whoever reads them parses them. */
export interface Channel {
  send(frame: Frame): void;
  onFrame(listener: (frame: unknown) => void): void;
  onClose(listener: () => void): void;
  /** Bytes accepted by `send` and not yet handed to the system; 0 where the wire cannot tell. */
  pendingBytes(): number;
  close(): void;
}

type Fields = Record<string, unknown>;
function isFields(raw: unknown): raw is Fields {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 0xffffffff;
}
function isMark(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Parses what a client sent; null when it is no frame. */
export function parseClientFrame(raw: unknown): ClientFrame | null {
  if (!isFields(raw)) return null;
  const { t, id } = raw;
  if (t === 'hello') return isMark(raw['contractVersion']) ? { t, contractVersion: raw['contractVersion'] } : null;
  if (!isId(id)) return null;
  switch (t) {
    case 'call':
      return typeof raw['name'] === 'string' ? { t, id, name: raw['name'], params: raw['params'] } : null;
    case 'subscribe':
      return typeof raw['stream'] === 'string' ? { t, id, stream: raw['stream'], params: raw['params'] } : null;
    case 'unsubscribe':
      return { t, id };
    case 'ack':
      return isMark(raw['mark']) ? { t, id, mark: raw['mark'] } : null;
    default:
      return null;
  }
}

/** Parses an error of the wire; anything malformed becomes `internal`. */
function parseWireError(raw: unknown): WireError {
  if (isFields(raw) && typeof raw['message'] === 'string') {
    const code = ERROR_CODES.find((item) => item === raw['code']) ?? 'internal';
    return typeof raw['hint'] === 'string'
      ? { code, message: raw['message'], hint: raw['hint'] }
      : { code, message: raw['message'] };
  }
  return { code: 'internal', message: 'the core sent an error that could not be read' };
}

/** Parses what the core sent; null when it is no frame. */
export function parseServerFrame(raw: unknown): ServerFrame | null {
  if (!isFields(raw)) return null;
  const { t, id } = raw;
  if (t === 'hello') {
    const { contractVersion, name, version } = raw;
    return isMark(contractVersion) && typeof name === 'string' && typeof version === 'string'
      ? { t, contractVersion, name, version }
      : null;
  }
  if (!isId(id)) return null;
  switch (t) {
    case 'ok':
      return { t, id, result: raw['result'] };
    case 'bytes':
      return raw['bytes'] instanceof Uint8Array ? { t, id, meta: raw['meta'], bytes: raw['bytes'] } : null;
    case 'fail':
    case 'end':
      return { t, id, error: parseWireError(raw['error']) };
    case 'item':
      return { t, id, item: raw['item'] };
    default:
      return null;
  }
}

/** Binary message of a byte result: 4-byte big-endian call id, 4-byte length of the JSON meta, meta, bytes. */
export function encodeBytesMessage(id: number, metaJson: Uint8Array, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + metaJson.length + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, id);
  view.setUint32(4, metaJson.length);
  out.set(metaJson, 8);
  out.set(bytes, 8 + metaJson.length);
  return out;
}

/** Takes a binary message apart; null when it is too short or its lengths do not fit. */
export function decodeBytesMessage(
  message: Uint8Array,
): { id: number; metaJson: Uint8Array; bytes: Uint8Array } | null {
  if (message.length < 8) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const metaLength = view.getUint32(4);
  if (8 + metaLength > message.length) return null;
  return {
    id: view.getUint32(0),
    metaJson: message.subarray(8, 8 + metaLength),
    bytes: message.subarray(8 + metaLength),
  };
}
