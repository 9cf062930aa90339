/** Bytes as a hex dump, sixteen a line, written out where it is drawn. Pure. */
import { MAX_LINES, type LineSource } from './lines.ts';

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** `00000000  48 65 6c …  |Hel…|` for `bytes`, whose first byte has the given offset. */
function hexLine(bytes: Uint8Array, offset: number): string {
  let digits = '';
  let chars = '';
  for (let index = 0; index < 16; index++) {
    const byte = bytes[index];
    digits += byte === undefined ? '   ' : `${hex(byte, 2)} `;
    if (index === 7) digits += ' ';
    if (byte !== undefined) chars += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·';
  }
  return `${hex(offset, 8)}  ${digits} ${chars}`;
}

/** Lines of a hex dump. */
export class HexLines implements LineSource {
  readonly #bytes: Uint8Array;
  readonly count: number;
  readonly cut: boolean;

  constructor(bytes: Uint8Array) {
    const wanted = Math.ceil(bytes.length / 16);
    this.#bytes = bytes;
    this.count = Math.min(wanted, MAX_LINES);
    this.cut = wanted > MAX_LINES;
  }

  at(index: number): string {
    return index < this.count ? hexLine(this.#bytes.subarray(index * 16, index * 16 + 16), index * 16) : '';
  }
}
