/** Bytes as a hex dump, sixteen a line. Pure. */

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** `00000000  48 65 6c …  |Hel…|` for `bytes`, whose first byte has the given offset. */
export function hexLine(bytes: Uint8Array, offset: number): string {
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

export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) lines.push(hexLine(bytes.subarray(offset, offset + 16), offset));
  return lines;
}
