/** DER (X.690) as far as certificates need it: a writer, and a reader of one element after the other. */

/** Tags that are used here (X.680 §8.4). */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: tag, length, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length =
    size < 0x80
      ? [size]
      : size < 0x100
        ? [0x81, size]
        : size < 0x10000
          ? [0x82, size >> 8, size & 0xff]
          : [0x83, size >> 16, (size >> 8) & 0xff, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => der(TAG.set, ...parts);
export const octets = (content: Uint8Array): Buffer => der(TAG.octetString, content);
export const utf8 = (text: string): Buffer => der(TAG.utf8, Buffer.from(text));
export const TRUE = der(TAG.boolean, Buffer.from([0xff]));
export const NULL = der(TAG.null);

/** A tag of the context it stands in (X.690 §8.14): constructed unless `primitive`. */
export const context = (number: number, content: Uint8Array, primitive = false): Buffer =>
  der((primitive ? 0x80 : 0xa0) | number, content);

/** A whole number that is not negative; bytes are taken as big-endian. */
export function integer(value: number | Uint8Array): Buffer {
  let bytes: Uint8Array;
  if (typeof value === 'number') {
    const hex = value.toString(16);
    bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  } else bytes = value;
  // A first bit of 1 would make it negative.
  return (bytes[0] ?? 0) > 0x7f ? der(TAG.integer, Buffer.of(0), bytes) : der(TAG.integer, bytes);
}

/** Bits; the last byte leaves `unused` of them out. */
export const bits = (content: Uint8Array, unused = 0): Buffer => der(TAG.bitString, Buffer.of(unused), content);

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const out: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    out.push(...groups);
  }
  return der(TAG.oid, Buffer.from(out));
}

/** A time in whole seconds, as certificates have it: two digits of the year until 2049 (RFC 5280 §4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = `${[...new Date(ms).toISOString().slice(0, 19)].filter((c) => c >= '0' && c <= '9').join('')}Z`;
  return digits < '2050'
    ? der(TAG.utcTime, Buffer.from(digits.slice(2)))
    : der(TAG.generalizedTime, Buffer.from(digits));
}

/** One element that was read. */
export interface Element {
  tag: number;
  /** All of it, with tag and length. */
  raw: Uint8Array;
  content: Uint8Array;
}

/** The elements that stand one after the other in `bytes`; throws for what is no DER. */
export function readElements(bytes: Uint8Array): Element[] {
  const out: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at]!;
    let length = bytes[at + 1] ?? -1;
    let start = at + 2;
    if (length >= 0x80) {
      const digits = length & 0x7f;
      if (digits === 0 || digits > 4) throw new Error('not DER: a length that is none');
      length = 0;
      for (let i = 0; i < digits; i++) length = length * 256 + (bytes[start + i] ?? NaN);
      start += digits;
    }
    const end = start + length;
    if (length < 0 || !(end <= bytes.length)) throw new Error('not DER: it ends too early');
    out.push({ tag, raw: bytes.subarray(at, end), content: bytes.subarray(start, end) });
    at = end;
  }
  return out;
}

/** Bytes as PEM (RFC 7468). */
export function pem(label: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  let lines = '';
  for (let at = 0; at < text.length; at += 64) lines += `${text.slice(at, at + 64)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
