/**
 * Protocol Buffers without their schema, and gRPC frames around them: field numbers, wire types and what the bytes may
 * mean, written as JSON for the tree. Bounded in depth and fields, and never reading a byte twice at one level. Pure.
 */
import type { Work } from './work.ts';

/** Messages in messages beyond this are bytes. */
const DEPTH_MAX = 24;
/** Fields written in all. */
const FIELDS_MAX = 50_000;
const STEP_FIELDS = 512;
/** Bytes of one field that are written. */
const SHOWN_BYTES = 2048;
const TEXT_MAX = 16 * 1024;

const hexOf = (bytes: Uint8Array): string => {
  let out = '';
  for (const byte of bytes.subarray(0, SHOWN_BYTES)) out += byte.toString(16).padStart(2, '0');
  return bytes.length > SHOWN_BYTES ? `${out}…` : out;
};

/** A base-128 number at `at`; undefined when it has no end within ten bytes. */
function varint(bytes: Uint8Array, at: number): { value: bigint; next: number } | undefined {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return { value: value & 0xffffffffffffffffn, next: at + index + 1 };
  }
  return undefined;
}

interface Field {
  number: bigint;
  wire: number;
  /** The number of wire types 0, 1 and 5. */
  value: bigint;
  /** The content of wire type 2. */
  bytes: Uint8Array;
}

/** All fields of a message; undefined when these bytes are none. */
function fieldsOf(bytes: Uint8Array, budget: { left: number }): Field[] | undefined {
  const fields: Field[] = [];
  const none = bytes.subarray(0, 0);
  for (let at = 0; at < bytes.length;) {
    if (--budget.left < 0) return undefined;
    const tag = varint(bytes, at);
    if (tag === undefined) return undefined;
    const number = tag.value >> 3n;
    const wire = Number(tag.value & 7n);
    if (number === 0n || number > 536_870_911n) return undefined;
    at = tag.next;
    if (wire === 0) {
      const read = varint(bytes, at);
      if (read === undefined) return undefined;
      fields.push({ number, wire, value: read.value, bytes: none });
      at = read.next;
    } else if (wire === 1 || wire === 5) {
      const size = wire === 1 ? 8 : 4;
      if (at + size > bytes.length) return undefined;
      let value = 0n;
      for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
      fields.push({ number, wire, value, bytes: none });
      at += size;
    } else if (wire === 2) {
      const length = varint(bytes, at);
      if (length === undefined || length.value > BigInt(bytes.length - length.next)) return undefined;
      const end = length.next + Number(length.value);
      fields.push({ number, wire, value: 0n, bytes: bytes.subarray(length.next, end) });
      at = end;
    } else return undefined;
  }
  return fields;
}

/** The bytes as text, when all of them are some that a person can read. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > TEXT_MAX) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 32 && code !== 9 && code !== 10 && code !== 13) return undefined;
    }
    return text;
  } catch {
    return undefined;
  }
}

function fixedText({ wire, value }: Field): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value, true);
  const float = wire === 1 ? view.getFloat64(0, true) : view.getFloat32(0, true);
  const isLikely = Number.isFinite(float) && (float === 0 || (Math.abs(float) > 1e-9 && Math.abs(float) < 1e15));
  return isLikely ? String(wire === 1 ? float : Number(float.toPrecision(7))) : String(value);
}

/** A message as the JSON of an object: numbers of fields are names, which may come again. */
function* messageJson(fields: Field[], depth: number, budget: { left: number; steps: number }): Work<string> {
  const parts: string[] = [];
  for (const field of fields) {
    if (++budget.steps % STEP_FIELDS === 0) yield;
    let value: string;
    if (field.wire === 0) value = String(field.value);
    else if (field.wire !== 2) value = fixedText(field);
    else {
      const text = textOf(field.bytes);
      const inner = text === undefined && depth < DEPTH_MAX ? fieldsOf(field.bytes, budget) : undefined;
      value =
        text !== undefined
          ? JSON.stringify(text)
          : inner !== undefined && inner.length > 0
            ? yield* messageJson(inner, depth + 1, budget)
            : JSON.stringify(`0x${hexOf(field.bytes)}`);
    }
    parts.push(`"${field.number}":${value}`);
  }
  return `{${parts.join(',')}}`;
}

/** A message as JSON; undefined when these bytes are none. */
export function* protobufJson(bytes: Uint8Array): Work<string | undefined> {
  const budget = { left: FIELDS_MAX, steps: 0 };
  const fields = fieldsOf(bytes, budget);
  return fields === undefined ? undefined : yield* messageJson(fields, 0, budget);
}

/** Frames shown of one body. */
const FRAMES_MAX = 5000;

/**
 * The frames of gRPC or gRPC-Web (flag, length, message; flag 128 holds trailers) as JSON; undefined when there is none
 * at the beginning. A frame whose message is compressed is told by its size.
 */
export function* grpcJson(bytes: Uint8Array): Work<string | undefined> {
  const parts: string[] = [];
  for (let at = 0; at + 5 <= bytes.length && parts.length < FRAMES_MAX;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, 5);
    const flag = view.getUint8(0);
    const length = view.getUint32(1);
    if ((flag & 0x7e) !== 0) {
      if (parts.length === 0) return undefined;
      break;
    }
    const content = bytes.subarray(at + 5, at + 5 + length);
    at += 5 + length;
    const facts = [`"length":${length}`, `"compressed":${(flag & 1) === 1}`];
    if (content.length < length) facts.push('"cut":true');
    if (flag >= 128) facts.push(`"trailers":${JSON.stringify(textOf(content) ?? `0x${hexOf(content)}`)}`);
    else if ((flag & 1) === 0)
      facts.push(`"message":${(yield* protobufJson(content)) ?? JSON.stringify(`0x${hexOf(content)}`)}`);
    parts.push(`{${facts.join(',')}}`);
    yield;
  }
  return parts.length === 0 ? undefined : `[${parts.join(',')}]`;
}
